import type { TableShape } from '../../../sql/rewrite/context.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';

/** A table of the statement that stands for another: a staging table, or some partitions of itself. */
export type Substitute = Readonly<{
  database: string;
  name: string;
  sql: string;
  shape: TableShape;
  /** The table whose rows it has. */
  of?: StoredTable;
}>;
