// The arrows of src/core as an allow-list: what is not drawn here fails, and so does an unknown room.
// The floors and their reasons stand in src/core/README.md.

/** Room -> rooms it may import (through their doors). `types` = type-only imports of config.ts / model.ts. */
const rooms = {
  net: [],
  netlink: ['net'],
  wire: ['net'],
  link: ['netlink', 'wire', 'net'],
  ipvs: ['netlink', 'net'],
  vrrp: ['wire', 'netlink', 'net'],
  check: ['wire', 'netlink', 'net'],
  pool: ['ipvs', 'net'],
  conf: ['net'],
  lint: ['conf', 'net'],
  lsp: ['conf', 'lint', 'net'],
  daemon: ['net', 'netlink', 'wire', 'link', 'ipvs', 'vrrp', 'check', 'pool', 'conf'],
  host: ['net', 'netlink', 'wire'],
  cli: [
    'net',
    'netlink',
    'wire',
    'link',
    'ipvs',
    'vrrp',
    'check',
    'pool',
    'conf',
    'lint',
    'lsp',
    'daemon',
    'host',
  ],
};

/** Rooms whose configuration or model TYPES another room's data mentions. */
const types = {
  vrrp: ['link'],
  pool: ['ipvs'],
  conf: ['vrrp', 'check', 'pool', 'link', 'ipvs'],
  daemon: ['conf'],
  cli: ['conf'],
};

/** Contracts that a lower room fulfils for a higher one: an interface, imported as a type. */
const contracts = { host: ['^src/core/conf/reader\\.ts$'] };

const floorZero = '^src/core/(time|fault|script)\\.ts$';
const inside = room => `^src/core/${room}/`;
const door = room => `^src/core/${room}/index\\.ts$`;
const shapes = room => `^src/core/${room}/(config|model)\\.ts$`;

/** Node modules a pure room may use: hashes are values. Everything else belongs to host/ and cli/. */
const pureBuiltins = '^(node:)?(crypto|buffer)$';

const allowed = [];
for (const [room, may] of Object.entries(rooms)) {
  const targets = [
    inside(room),
    floorZero,
    ...may.map(door),
    ...(types[room] ?? []).map(shapes),
    ...(contracts[room] ?? []),
  ];
  allowed.push({ from: { path: inside(room) }, to: { path: targets } });
  if (room !== 'host' && room !== 'cli') {
    allowed.push({ from: { path: inside(room) }, to: { dependencyTypes: ['core'], path: pureBuiltins } });
  }
}
allowed.push(
  { from: { path: floorZero }, to: { path: floorZero } },
  { from: { path: '^src/core/(host|cli)/' }, to: { dependencyTypes: ['core', 'npm', 'npm-optional'] } },
  { from: { path: '^src/core/netlink/' }, to: { path: 'node_modules/netlink/' } },
  {
    from: { path: '^src/commands/' },
    to: {
      path: ['^src/core/cli/index\\.ts$', '^src/core/cli/commands/', '^src/core/cli/ipvs/', floorZero],
    },
  },
  { from: { path: '^src/commands/' }, to: { dependencyTypes: ['npm'], path: '@oclif/core' } },
  { from: { path: '^src/main\\.ts$' }, to: { path: ['^src/core/cli/', '@oclif/core', floorZero] } },
);

module.exports = {
  allowed,
  allowedSeverity: 'error',
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unknown-room',
      severity: 'error',
      from: { path: '^src/core/[^/]+/', pathNot: Object.keys(rooms).map(inside) },
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
