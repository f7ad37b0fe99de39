// The texts of `lvskit ipvsadm -h` and `-v`. The version line is the one scripts look for; the help is our own.
// Spec: ipvs/ipvsadm/options.ts.

import { ipvsadmSpellings } from '../../../ipvs/index.ts';

/** ipvsadm 1.31 and the oldest IPVS it wants. */
export const versionText = 'ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n';

/** The version line, the shapes of a command line, and every option with its letter. */
export function helpText(): string {
  const lines = Object.entries(ipvsadmSpellings).map(([name, { short, argument }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    const value = { none: '', required: ' VALUE', optional: ' [VALUE]' }[argument];
    return `  ${letter}--${name}${value}`;
  });
  return `${versionText}lvskit in the place of ipvsadm: the first option is the command, the others follow in any order.
A service is -t|-u|--sctp-service HOST:PORT or -f MARK [-6]; a server is -r HOST[:PORT].

${lines.join('\n')}

lvskit-ipvsadm(1) says what each does; lvskit vs --help has the modern commands.
`;
}
