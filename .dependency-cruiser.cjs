// The layers of ARCHITECTURE.md: a package may import only those named before it here.
const layers = [
  'xmpp',
  'presence',
  'store',
  'cluster',
  'nats',
  'front-end',
  'gateway',
  'server',
  'console',
  'bench',
  'testkit',
];
const upward = layers.map((layer, index) => ({
  name: `layer-${layer}`,
  severity: 'error',
  comment: `packages/${layer} may depend only on the layers below it`,
  from: { path: `^packages/${layer}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^packages/(${layers.slice(index + 1).join('|') || 'none'})/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'one-way-in',
      severity: 'error',
      comment:
        'import another package through its index.ts (tests: its contract.ts too), never its inner files',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: ['^packages/$1/', '^packages/[^/]+/src/(index|contract)\\.ts$'],
      },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.test\\.ts$', '^test/', 'src/(index|main)\\.ts$', '/bin/', '\\.d\\.ts$'],
      },
      to: {},
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: '^packages/(xmpp|presence)/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(url|punycode|buffer)$' },
    },
    {
      name: 'only-nats-speaks-nats',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/(nats|testkit)/' },
      to: { path: '@nats-io/' },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^packages/', pathNot: '(\\.test\\.ts$|^packages/testkit/)' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['dist/', 'node_modules/(?!@rollcall|@nats-io)'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@rollcall/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs'],
    },
  },
};
