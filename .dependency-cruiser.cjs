// The dependency rules of src/core as an allow-list: an import that is not listed fails, and so does an unknown module.
// The layers and their reasons are described in src/core/README.md.

/** Module -> modules it may import, through their index.ts. `types` = type-only imports of config.ts / model.ts. */
const modules = {
  net: [],
  netlink: ['net'],
  wire: ['net'],
  link: ['netlink', 'wire', 'net'],
  ipvs: ['netlink', 'net'],
  vrrp: ['wire', 'netlink', 'net'],
  check: ['wire', 'netlink', 'net'],
  pool: ['ipvs', 'net'],
  alert: ['wire', 'netlink', 'net'],
  control: ['vrrp', 'check', 'pool', 'link'],
  conf: ['net'],
  lint: ['conf', 'vrrp', 'wire', 'net'],
  doctor: ['ipvs', 'net'],
  lsp: ['conf', 'lint', 'net'],
  daemon: ['net', 'netlink', 'wire', 'link', 'ipvs', 'vrrp', 'check', 'pool', 'alert', 'control', 'conf'],
  host: ['net', 'netlink', 'wire'],
  simulate: ['net', 'netlink', 'wire', 'link', 'vrrp', 'conf', 'daemon'],
  runtime: [
    'net',
    'netlink',
    'wire',
    'link',
    'ipvs',
    'vrrp',
    'check',
    'pool',
    'alert',
    'control',
    'conf',
    'daemon',
    'host',
  ],
  cli: [
    'net',
    'netlink',
    'wire',
    'link',
    'ipvs',
    'vrrp',
    'check',
    'pool',
    'alert',
    'control',
    'conf',
    'lint',
    'doctor',
    'lsp',
    'daemon',
    'simulate',
    'host',
    'runtime',
  ],
};

/** Modules whose configuration or model TYPES another room's data mentions. */
const types = {
  vrrp: ['link'],
  pool: ['ipvs'],
  conf: ['vrrp', 'check', 'pool', 'link', 'ipvs'],
  daemon: ['conf'],
  simulate: ['conf'],
  runtime: ['conf'],
  cli: ['conf'],
};

/** Files that are entered beside index.ts, with the reason. */
const sideDoors = {
  // `run -t` must not load the supervisor.
  runtime: ['^src/core/runtime/(supervise|check-round|check-inputs)\\.ts$'],
};

const floorZero =
  '^src/core/(agenda|equal|fault|fields|nearest|news|reader|schema|script|script-security|time|visible)\\.ts$';
const door = name => `^src/core/${name}/index\\.ts$`;
const shapes = name => `^src/core/${name}/(config|model)\\.ts$`;

const inside = name => `^src/core/${name}/`;

/** Modules that touch the OS; the others are pure. */
const impure = ['host', 'runtime', 'cli'];

/** Node modules a pure module may use, by name: hashes and looks at bytes are values. */
const builtins = { check: ['crypto'], conf: ['buffer'], lint: ['buffer', 'crypto'] };
/** Node modules that only host/ and runtime/ use: files, processes, names, sockets, timers. */
const machine = [
  'fs',
  'fs/promises',
  'child_process',
  'dns',
  'dns/promises',
  'net',
  'tls',
  'dgram',
  'timers',
  'timers/promises',
];
const builtin = names => `^(node:)?(${names.join('|')})$`;

const allowed = [];
for (const [name, may] of Object.entries(modules)) {
  const targets = [
    inside(name),
    floorZero,
    ...may.map(door),
    ...(types[name] ?? []).map(shapes),
    ...may.flatMap(each => sideDoors[each] ?? []),
  ];
  allowed.push({ from: { path: inside(name) }, to: { path: targets } });
  if (builtins[name] !== undefined)
    allowed.push({ from: { path: inside(name) }, to: { path: builtin(builtins[name]) } });
}
allowed.push(
  { from: { path: floorZero }, to: { path: floorZero } },
  {
    from: { path: `^src/core/(${impure.join('|')})/` },
    to: { dependencyTypes: ['core', 'npm', 'npm-optional'] },
  },
  { from: { path: '^src/core/netlink/' }, to: { path: 'node_modules/netlink/' } },
  {
    from: { path: '^src/commands/' },
    to: {
      path: [
        '^src/core/cli/index\\.ts$',
        '^src/core/cli/commands/',
        '^src/core/cli/ipvs/',
        '^src/core/cli/control/',
        '^src/core/cli/status/',
        '^src/core/cli/vrrp/',
        '^src/core/cli/check/',
        '^src/core/cli/genhash/',
        floorZero,
      ],
    },
  },
  { from: { path: '^src/commands/' }, to: { dependencyTypes: ['npm'], path: '@oclif/core' } },
  { from: { path: '^src/(main|help)\\.ts$' }, to: { path: ['^src/core/cli/', '@oclif/core', floorZero] } },
);

module.exports = {
  allowed,
  allowedSeverity: 'error',
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // Said by name beside the allow-list, so that the message names the rule; floor 0 is pure as well.
    ...Object.keys(modules)
      .filter(name => !impure.includes(name))
      .map(name => ({
        name: `node-modules-of-${name}`,
        severity: 'error',
        from: { path: inside(name) },
        to: {
          dependencyTypes: ['core'],
          ...(builtins[name] === undefined ? {} : { pathNot: builtin(builtins[name]) }),
        },
      })),
    {
      name: 'node-modules-of-floor-zero',
      severity: 'error',
      from: { path: floorZero },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cli-touches-the-machine-through-host',
      severity: 'error',
      from: { path: inside('cli') },
      to: { dependencyTypes: ['core'], path: builtin(machine) },
    },
    {
      name: 'no-unknown-module',
      severity: 'error',
      from: { path: '^src/core/[^/]+/', pathNot: Object.keys(modules).map(inside) },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
