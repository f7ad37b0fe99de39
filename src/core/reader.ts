// What reading a configuration needs from the machine, as an interface: conf/ itself opens nothing. Floor 0.
// Spec: keepalived.conf(5), include statements, standard definitions and the config-id.

import type { Outcome } from './fault.ts';

/** What is known of a directory entry before it is read; the include strictness is judged on it. */
export interface FileFacts {
  /** A regular file, symbolic links followed. */
  readonly regular: boolean;
  readonly directory: boolean;
  /** Any execute permission bit is set. */
  readonly executable: boolean;
  /** This process may read it. */
  readonly readable: boolean;
  /** Equal for two paths of one file (device and inode); finds include cycles through links. */
  readonly identity: string;
  /** Who may change it, where the reader tells: mode bits with S_ISVTX, owner and group. */
  readonly permissions?: { readonly mode: number; readonly uid: number; readonly gid: number };
}

/** Injected by the host; tests give a table of files. All paths use `/`. */
export interface ConfigurationReader {
  /** The bytes of a file; code `file-unreadable` when it cannot be read. The caller never changes them. */
  read(path: string): Outcome<Uint8Array>;
  /** Undefined when there is no such entry. */
  facts(path: string): FileFacts | undefined;
  /**
   * The existing entries that a glob(7) pattern WITHOUT brace alternatives names, sorted by bytes; a relative pattern
   * starts at `directory` (empty: the process's own) and gives paths that begin with it.
   */
  glob(pattern: string, directory: string): readonly string[];
  /** The absolute form of a path, for `${_PWD}`. */
  absolute(path: string): string;
  /** For `${_ENV NAME}`; undefined when unset. */
  environment(name: string): string | undefined;
  /** For `${_RANDOM MIN MAX}`: a whole number of that range, ends included. */
  random(minimum: number, maximum: number): number;
  /** The default config-id is its part before the first dot. */
  hostName(): string;
}
