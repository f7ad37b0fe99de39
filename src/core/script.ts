// A program to run: the shape every script keyword of keepalived.conf(5) is reduced to. Floor 0: data only.

/** argv as execve gets it; tokenised by the rules of keepalived.conf script strings. */
export interface ScriptCommand {
  /** Program and arguments; argv[0] may lack a slash (searched in PATH). Never empty. */
  readonly argv: readonly string[];
  /** User and group names, when the file or script_user names them. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** `</path` form: run through the shell as one string (keepalived's file-readable test). */
  readonly shell: boolean;
}
