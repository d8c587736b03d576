/** Databases that are answers about the server rather than data; listed, never backed up, never written. */
export const systemDatabases: readonly string[] = [
  'information_schema',
  'mysql',
  'performance_schema',
  'sys',
];
