/**
 * The folders of the embedded engine (`src/source/duckdb`), from the ground up; its README says what each is. A file
 * imports of its own folder and of those before it. What lies in no folder is the last.
 */
export const layers: readonly string[] = [
  'macros',
  'physical',
  'connection',
  'dictionary',
  'engine',
  'files',
  'translation',
  'statement',
  'select',
  'materialized',
  'partitions',
  'dml',
  'ddl-execution',
  'explain',
  'session',
  'backup',
  'restore',
  '',
];
