import type { StoredTable } from '../dictionary/stored-object.ts';
import type { Generated } from './auto-increment.ts';
import type { ChangedView } from './changed-view.ts';
import type { InsertStatement, InsertTail } from './parse-insert.ts';

/** What is known when the staged rows are ready. */
export type ReadyInsert = Readonly<{
  /** Where the rows go. */
  table: StoredTable;
  /** The table whose AUTO_INCREMENT counter they are numbered by: temporary partitions lie in a table of their own. */
  counterOf: string;
  statement: InsertStatement;
  tail: InsertTail;
  generated: Generated;
  /** Rows to be inserted, and with IGNORE those that the statement gave. */
  count: number;
  given?: number;
  /** The view that the statement names in the table's place. */
  view?: ChangedView | undefined;
}>;
