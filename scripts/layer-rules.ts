import type { ICruiseOptions, IFlattenedRuleSet } from 'dependency-cruiser';

/** What stands beside the product and may know all of it. */
const TESTING = String.raw`\.(?:test|fixture)\.ts$`;

/** Gateway's contracts that an adapter implements (docs/decisions/0002-odoo-adapter-knows-gateway-contracts.md). */
const CONTRACTS = String.raw`gateway/(?:upstream|exchange|plan|problems|secrets|front)\.ts$`;

/** Each layer and all that it may know besides itself. */
const LAYERS = {
  storage: [],
  catalog: [],
  audit: ['storage/'],
  openapi: ['catalog/'],
  odoo: ['catalog/', 'openapi/', CONTRACTS],
  gateway: ['catalog/', 'audit/', 'openapi/', 'storage/'],
  policies: ['gateway/', 'openapi/', 'catalog/', 'odoo/'],
  lineage: ['catalog/', 'openapi/', 'odoo/', 'gateway/plan\\.ts$', 'audit/index/usage\\.ts$'],
  admin: ['gateway/', 'openapi/', 'catalog/', 'audit/', 'odoo/', 'lineage/', 'storage/'],
  assembly: [
    'admin/',
    'lineage/',
    'policies/',
    'gateway/',
    'openapi/',
    'catalog/',
    'audit/',
    'odoo/',
    'storage/',
    'settings\\.ts$',
  ],
};

/** Each outside library that runs in production, and the files that may import it. */
export const LIBRARY_HOMES = {
  '@electric-sql/pglite': 'storage/embedded/',
  '@prometheus-io/client': 'gateway/telemetry/(?:state-)?metrics\\.ts',
  ajv: '(?:catalog|openapi)/',
  'ajv-formats': 'openapi/',
  express: 'admin/(?:app|authorization-server|login-routes)\\.ts',
  helmet: 'admin/app\\.ts',
  'hyparquet-writer': 'audit/export/parquet-file\\.ts',
  jose: 'admin/signing-keys\\.ts',
  'lru-cache': 'gateway/upstreams/stale-answers\\.ts',
  'oidc-provider': 'admin/oauth-provider\\.ts',
  'openapi-typescript': 'openapi/client-types\\.ts',
  pg: 'storage/open-database\\.ts',
  pino: 'gateway/telemetry/log\\.ts',
  'rate-limiter-flexible': '(?:policies/limit-counters|admin/window-counters)\\.ts',
  re2js: 'openapi/linear-pattern\\.ts',
  redis: 'gateway/(?:redis-connection|identity/redis-revocations)\\.ts',
  typescript: 'openapi/client-types\\.ts',
  yazl: 'audit/export/archive-writer\\.ts',
  yaml: '(?:catalog/(?:parse-yaml|yaml-problems)|admin/(?:accounts|callers))\\.ts',
};

type Rules = NonNullable<IFlattenedRuleSet['forbidden']>;

const PRODUCT =
  '^(?:storage|catalog|openapi|odoo|gateway|policies|audit|lineage|admin|assembly)/|^(?:main|settings)\\.ts$';

const layerRules: Rules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `${layer}-knows-only-its-own`,
  comment: `${layer} may import ${allowed.length === 0 ? 'nothing of ours' : `only ${allowed.join(', ')}`}.`,
  severity: 'error',
  from: { path: `^${layer}/`, pathNot: TESTING },
  to: { dependencyTypes: ['local'], pathNot: `^(?:${[`${layer}/`, ...allowed].join('|')})` },
}));

const libraryRules: Rules = Object.entries(LIBRARY_HOMES).map(([library, home]) => ({
  name: `${library}-has-its-home`,
  comment: `${library} is imported in ${home} only, so that it can be replaced there.`,
  severity: 'error',
  from: { path: PRODUCT, pathNot: [TESTING, `^${home}`] },
  to: { path: `node_modules/${library}/` },
}));

/**
 * Who may import whom: the layers, the home of each outside library, no cycles. Type imports count: knowing a type is
 * knowing its owner.
 */
export const layerRuleSet: IFlattenedRuleSet = {
  forbidden: [
    ...layerRules,
    ...libraryRules,
    {
      name: 'no-cycle-at-run-time',
      comment: 'Files that load one another have no order in which they can be understood.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-cycle-but-between-contracts',
      comment:
        "Only gateway's contract files may name one another's types: an exchange has a plan, a plan has policies.",
      severity: 'error',
      from: { pathNot: '^gateway/(?:exchange|front|plan|policy|router|upstream)\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'product-knows-no-test',
      comment: 'What runs in production imports no test, fixture, benchmark, example or script.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TESTING },
      to: { path: ['^(?:test|bench|examples|scripts|tools)/', TESTING] },
    },
    {
      name: 'nothing-outside',
      comment: 'No import leaves the project folder.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TESTING },
      to: { path: '^\\.\\./', couldNotResolve: false },
    },
    {
      name: 'only-main-knows-all',
      comment: 'main.ts puts the parts together and is imported by nobody but tests and benchmarks.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TESTING },
      to: { path: '^main\\.ts$' },
    },
    {
      name: 'no-tool-at-run-time',
      comment: 'A development dependency is not installed in production.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TESTING },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'everything-is-declared',
      comment: 'A package that stands in node_modules by chance is not a dependency.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
};

/** How files are read: every import before types are stripped, our own files only. */
export const layerOptions: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '^(?:bench/express-gateway|tools)/|(?:^|/)golden/' },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  // As Node resolves an import: some packages export nothing to `require`.
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
};
