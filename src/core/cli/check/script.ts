// `lvskit check script`: whether a program of the configuration would run as a user, and who may change what it is.
// Spec: keepalived.conf(5) enable_script_security; host/script-path.ts is what the daemon asks too. Exit 0, or 1 where it would not run.

import { exitCodes, unwrap } from '../../fault.ts';
import { accountFor, accountOf, inspectProgram, nameOf, type ProgramPath } from '../../host/index.ts';
import { flawSentence, octal } from '../../script-security.ts';
import { visible } from '../../visible.ts';
import { columns, paint } from '../ipvs/columns.ts';

export interface ScriptCheck {
  readonly program: string;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly json: boolean;
}

interface Judged {
  readonly program: string;
  readonly user: string;
  readonly found: ProgramPath;
  /** Where `enable_script_security` is set; a clause, undefined: it runs. */
  readonly refusal: string | undefined;
}

type Component = ProgramPath['components'][number];

const owner = ({ uid }: Component): string => nameOf('passwd', uid) ?? String(uid);
const groupOf = ({ gid }: Component): string => nameOf('group', gid) ?? String(gid);

function verdict(component: Component, asRoot: boolean): string {
  const { flaw, path, mode } = component;
  if (flaw === undefined) return 'only root changes it';
  const sentence = flawSentence(flaw, path, mode, { owner: owner(component), group: groupOf(component) });
  // The path is in the line already.
  const short = sentence.slice(path.length + 1);
  return asRoot ? short : `does not matter for this user (${short.split(':')[0]})`;
}

export async function checkScript({ program, user, group, json }: ScriptCheck): Promise<number> {
  const account = unwrap(accountFor({ user, group }, accountOf));
  const found = inspectProgram(program, account);
  const weak = found.asRoot ? found.components.find(({ flaw }) => flaw !== undefined) : undefined;
  const insecure =
    weak?.flaw === undefined
      ? undefined
      : flawSentence(weak.flaw, weak.path, weak.mode, { owner: owner(weak), group: groupOf(weak) });
  const judged = { program, user: account.name, found, refusal: found.cannotRun ?? insecure };
  process.stdout.write(json ? `${JSON.stringify(documentOf(judged), undefined, 2)}\n` : textOf(judged));
  return judged.refusal === undefined ? exitCodes.ok : exitCodes.failure;
}

const documentOf = ({ program, user, found, refusal }: Judged) => ({
  program,
  user,
  real: found.real ?? null,
  asRoot: found.asRoot,
  components: found.components.map(component => ({
    path: component.path,
    kind: component.kind,
    mode: octal(component.mode),
    owner: owner(component),
    group: groupOf(component),
    flaw: component.flaw ?? null,
  })),
  runs: refusal === undefined,
  cause: refusal ?? null,
});

function textOf({ program, user, found, refusal }: Judged): string {
  const colour = paint();
  const heads = ['COMPONENT', 'KIND', 'MODE', 'OWNER', 'GROUP', 'VERDICT'].map(head => ({ head }));
  const rows = found.components.map(component => [
    visible(component.path),
    component.kind,
    octal(component.mode),
    owner(component),
    groupOf(component),
    visible(verdict(component, found.asRoot)),
  ]);
  const whom = `${visible(program)} as user ${visible(user)}`;
  if (refusal === undefined) return `${columns(heads, rows)}\n${colour.green('runs')}: ${whom}\n`;
  const reason =
    found.cannotRun === undefined
      ? `does not run where enable_script_security is set: ${whom}: ${visible(refusal)}`
      : `does not run: ${whom}: it ${visible(refusal)}`;
  return `${columns(heads, rows)}\n${colour.red(reason)}\n`;
}
