/** Names of the tables of a system database, as SHOW TABLES lists them; empty for one without tables. */
export type SystemTableNames = (database: string) => readonly string[];
