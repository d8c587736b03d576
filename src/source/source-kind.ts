/** What a database server is; by its kind a snapshot says in whose words its DDL is written. */
export type SourceKind = 'duckdb' | 'mysql';
