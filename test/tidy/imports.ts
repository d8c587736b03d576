const everything = [
  'base',
  'config',
  'wire',
  'sql',
  'session',
  'dispatch',
  'auth',
  'catalog',
  'source',
  'job',
  'snapshot',
  'repository',
  'metastore',
  'console',
];

/**
 * Which folder of `src` may import which (a file directly in `src` counts as a folder of its own). A folder may
 * always import itself. The order follows a statement's way; what is missing here is a decision, not an oversight.
 */
export const imports: Readonly<Record<string, readonly string[]>> = {
  main: ['base', 'config', 'server', 'demo'],
  server: everything,
  demo: ['base', 'config', 'server'],
  base: [],
  config: ['base', 'metastore'],
  wire: ['base'],
  sql: ['base'],
  metastore: ['base'],
  repository: ['base', 'metastore'],
  auth: ['base', 'metastore', 'wire', 'sql'],
  source: ['base', 'sql'],
  catalog: ['base', 'sql', 'source'],
  snapshot: ['base', 'sql', 'source', 'repository'],
  job: ['base', 'source', 'snapshot', 'repository', 'metastore'],
  dispatch: [
    'base',
    'config',
    'wire',
    'sql',
    'auth',
    'catalog',
    'source',
    'job',
    'snapshot',
    'repository',
    'metastore',
  ],
  session: ['base', 'wire', 'sql', 'dispatch', 'catalog', 'source', 'auth'],
  console: ['base', 'config', 'job', 'repository', 'metastore'],
};
