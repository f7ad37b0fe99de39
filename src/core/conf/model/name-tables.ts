// iproute2's tables of names for numbers: routing tables, scopes, protocols, DS fields, realms, interface groups.
// Spec: linux/rtnetlink.h for the built-in names; rt_tables(5)-style files for the site's own.

/** Text of a file, or undefined when it cannot be read. */
export type TableReader = (path: string) => string | undefined;

export type TableName = 'tables' | 'scopes' | 'protocols' | 'fields' | 'groups' | 'realms';

const builtIn: Readonly<Record<TableName, Readonly<Record<string, number>>>> = {
  tables: { unspec: 0, default: 253, main: 254, local: 255 },
  scopes: { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 },
  protocols: {
    unspec: 0,
    redirect: 1,
    kernel: 2,
    boot: 3,
    static: 4,
    gated: 8,
    ra: 9,
    mrt: 10,
    zebra: 11,
    bird: 12,
    dnrouted: 13,
    xorp: 14,
    ntk: 15,
    dhcp: 16,
    mrouted: 17,
    keepalived: 18,
    babel: 42,
    openr: 99,
    bgp: 186,
    isis: 187,
    ospf: 188,
    rip: 189,
    eigrp: 192,
  },
  fields: {
    default: 0x00,
    lowdelay: 0x10,
    throughput: 0x08,
    reliability: 0x04,
    CS0: 0x00,
    CS1: 0x20,
    CS2: 0x40,
    CS3: 0x60,
    CS4: 0x80,
    CS5: 0xa0,
    CS6: 0xc0,
    CS7: 0xe0,
    AF11: 0x28,
    AF12: 0x30,
    AF13: 0x38,
    AF21: 0x48,
    AF22: 0x50,
    AF23: 0x58,
    AF31: 0x68,
    AF32: 0x70,
    AF33: 0x78,
    AF41: 0x88,
    AF42: 0x90,
    AF43: 0x98,
    EF: 0xb8,
  },
  groups: { default: 0 },
  realms: { cosmos: 0 },
};

const fileNames = {
  tables: 'rt_tables',
  scopes: 'rt_scopes',
  protocols: 'rt_protos',
  fields: 'rt_dsfield',
  groups: 'group',
  realms: 'rt_realms',
} as const satisfies Record<TableName, string>;

/** A non-negative number in C's base-0 notation: decimal, 0x hexadecimal, 0 octal. */
export function parseBaseZero(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

export class NameTables {
  /** iproute_usr_dir and iproute_etc_dir; the latter's entries win. */
  directories: readonly string[] = ['/usr/share/iproute2', '/etc/iproute2'];
  readonly #read: TableReader;
  readonly #loaded = new Map<TableName, ReadonlyMap<string, number>>();

  constructor(read: TableReader) {
    this.#read = read;
  }

  /** The number a word stands for: itself, a built-in name, or a name of the site's files (read on first need). */
  lookup(table: TableName, word: string): number | undefined {
    const number = parseBaseZero(word);
    if (number !== undefined) return number;
    const known = builtIn[table];
    if (Object.hasOwn(known, word)) return known[word];
    return this.#load(table).get(word);
  }

  #load(table: TableName): ReadonlyMap<string, number> {
    const cached = this.#loaded.get(table);
    if (cached !== undefined) return cached;
    const names = new Map<string, number>();
    for (const directory of this.directories) {
      for (const line of (this.#read(`${directory}/${fileNames[table]}`) ?? '').split('\n')) {
        const [number, name] = line.replace(/#.*/, '').trim().split(/\s+/);
        const value = parseBaseZero(number ?? '');
        if (value !== undefined && name !== undefined) names.set(name, value);
      }
    }
    this.#loaded.set(table, names);
    return names;
  }
}
