// Splits one line of ipvsadm's restore format into options with their arguments, long or short, bundled or apart.
// Spec: ipvsadm(8); popt(3) for the forms `-At ADDRESS`, `-w5`, `--weight=5` and quotes.

/** Every option a rule may carry, by long name. */
export type OptionName =
  | 'add-service'
  | 'edit-service'
  | 'delete-service'
  | 'clear'
  | 'add-server'
  | 'edit-server'
  | 'delete-server'
  | 'zero'
  | 'tcp-service'
  | 'udp-service'
  | 'sctp-service'
  | 'fwmark-service'
  | 'ipv6'
  | 'scheduler'
  | 'persistent'
  | 'netmask'
  | 'pe'
  | 'ops'
  | 'sched-flags'
  | 'real-server'
  | 'gatewaying'
  | 'ipip'
  | 'masquerading'
  | 'weight'
  | 'u-threshold'
  | 'l-threshold'
  | 'tun-type'
  | 'tun-port'
  | 'tun-nocsum'
  | 'tun-csum'
  | 'tun-remcsum'
  | 'numeric';

interface OptionShape {
  readonly short?: string;
  readonly argument: 'none' | 'required' | 'optional';
}

const shapes = {
  'add-service': { short: 'A', argument: 'none' },
  'edit-service': { short: 'E', argument: 'none' },
  'delete-service': { short: 'D', argument: 'none' },
  clear: { short: 'C', argument: 'none' },
  'add-server': { short: 'a', argument: 'none' },
  'edit-server': { short: 'e', argument: 'none' },
  'delete-server': { short: 'd', argument: 'none' },
  zero: { short: 'Z', argument: 'none' },
  'tcp-service': { short: 't', argument: 'required' },
  'udp-service': { short: 'u', argument: 'required' },
  'sctp-service': { argument: 'required' },
  'fwmark-service': { short: 'f', argument: 'required' },
  ipv6: { short: '6', argument: 'none' },
  scheduler: { short: 's', argument: 'required' },
  persistent: { short: 'p', argument: 'optional' },
  netmask: { short: 'M', argument: 'required' },
  pe: { argument: 'required' },
  ops: { short: 'o', argument: 'none' },
  'sched-flags': { short: 'b', argument: 'required' },
  'real-server': { short: 'r', argument: 'required' },
  gatewaying: { short: 'g', argument: 'none' },
  ipip: { short: 'i', argument: 'none' },
  masquerading: { short: 'm', argument: 'none' },
  weight: { short: 'w', argument: 'required' },
  'u-threshold': { short: 'x', argument: 'required' },
  'l-threshold': { short: 'y', argument: 'required' },
  'tun-type': { argument: 'required' },
  'tun-port': { argument: 'required' },
  'tun-nocsum': { argument: 'none' },
  'tun-csum': { argument: 'none' },
  'tun-remcsum': { argument: 'none' },
  numeric: { short: 'n', argument: 'none' },
} as const satisfies Record<OptionName, OptionShape>;

const shortNames = new Map<string, OptionName>();
for (const [name, shape] of Object.entries(shapes) as [OptionName, OptionShape][]) {
  if (shape.short !== undefined) shortNames.set(shape.short, name);
}

const isOption = (name: string): name is OptionName => Object.hasOwn(shapes, name);

/** Words of a line; quotes keep blanks together. */
export const splitWords = (line: string): string[] =>
  Array.from(line.matchAll(/(?:"([^"]*)"|'([^']*)'|[^\s"']+)+/g), match => match[0].replace(/["']/g, ''));

export type Options = ReadonlyMap<OptionName, string | undefined>;

/** Options by name, or what is wrong with the words. An option given twice is refused, as ipvsadm does. */
export function readOptions(words: readonly string[]): Options | { readonly problem: string } {
  const options = new Map<OptionName, string | undefined>();
  const queue = [...words];
  let problem: string | undefined;
  const take = (name: OptionName, attached: string | undefined, spelled: string) => {
    let value = attached;
    const { argument } = shapes[name];
    const following = queue[0];
    if (argument === 'required' && value === undefined) {
      value = queue.shift();
      if (value === undefined) problem ??= `${spelled} needs an argument`;
    } else if (argument === 'optional' && value === undefined && following !== undefined) {
      if (!following.startsWith('-')) value = queue.shift();
    }
    if (options.has(name)) problem ??= `${spelled} is given twice`;
    options.set(name, value);
  };
  for (let word = queue.shift(); word !== undefined && problem === undefined; word = queue.shift()) {
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = word.slice(2, equals < 0 ? undefined : equals);
      if (!isOption(name)) return { problem: `unknown option ${word}` };
      if (equals >= 0 && shapes[name].argument === 'none') return { problem: `--${name} takes no argument` };
      take(name, equals < 0 ? undefined : word.slice(equals + 1), `--${name}`);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word.charAt(at);
        const name = shortNames.get(letter);
        if (name === undefined) return { problem: `unknown option -${letter}` };
        if (shapes[name].argument === 'none') {
          take(name, undefined, `-${letter}`);
          continue;
        }
        const rest = word.slice(at + 1).replace(/^=/, '');
        take(name, rest === '' ? undefined : rest, `-${letter}`);
        break;
      }
    } else return { problem: `unexpected word ${word}` };
  }
  return problem === undefined ? options : { problem };
}
