import type { ObjectReference, TokenReader } from './token-reader.ts';

export type Assignment = Readonly<{ column: string; expression: string }>;

export type InsertStatement = Readonly<{
  kind: 'insert' | 'replace';
  ignore: boolean;
  table: ObjectReference;
  partitions?: readonly string[];
  /** Undefined means all columns in order. */
  columns?: readonly string[];
  source: InsertSource;
  onDuplicate: readonly Assignment[];
}>;

/** Where the rows come from. For `values` the reader stands at the first `(`; the rows are read with the table known. */
export type InsertSource =
  | Readonly<{ kind: 'values' }>
  /** INSERT … SET: one row; the expressions in the order of `columns`. */
  | Readonly<{ kind: 'set'; expressions: readonly string[] }>
  | Readonly<{ kind: 'select'; text: string }>;

/** Reads INSERT and REPLACE up to the rows. What follows VALUES is read by `value-rows.ts`, then `parseInsertTail`. */
export function parseInsertHead(reader: TokenReader): InsertStatement {
  const kind = reader.takeWord('REPLACE') ? 'replace' : 'insert';
  if (kind === 'insert') reader.expectWord('INSERT');
  let ignore = false;
  while (reader.isWord('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE')) {
    ignore = reader.next().upper === 'IGNORE' || ignore;
  }
  reader.takeWord('INTO', 'OVERWRITE');
  const table = reader.objectName();
  const partitions = reader.takeWord('PARTITION', 'PARTITIONS') ? reader.nameList() : undefined;
  const common = { kind, ignore, table, ...(partitions ? { partitions } : {}), onDuplicate: [] } as const;
  if (reader.takeWord('SET')) {
    const pairs = parseAssignments(reader, insertEnd);
    const columns = pairs.map((pair) => pair.column);
    return { ...common, columns, source: { kind: 'set', expressions: pairs.map((pair) => pair.expression) } };
  }
  const columns = isColumnList(reader) ? reader.nameList() : undefined;
  const named = columns === undefined ? common : { ...common, columns };
  if (reader.takeWord('VALUES', 'VALUE')) return { ...named, source: { kind: 'values' } };
  if (!reader.isWord('SELECT', 'WITH', 'TABLE') && !reader.isOperator('(')) throw reader.syntaxError();
  return { ...named, source: { kind: 'select', text: selectText(reader) } };
}

export type InsertTail = Readonly<{
  /** AS row_alias [(column aliases)], by which ON DUPLICATE KEY UPDATE names the new row. */
  alias?: Readonly<{ name: string; columns?: readonly string[] }>;
  onDuplicate: readonly Assignment[];
}>;

/** Reads what may follow the rows, to the end of the statement. */
export function parseInsertTail(reader: TokenReader): InsertTail {
  let alias: InsertTail['alias'];
  if (reader.takeWord('AS')) {
    const name = reader.name();
    alias = reader.isOperator('(') ? { name, columns: reader.nameList() } : { name };
  }
  let onDuplicate: readonly Assignment[] = [];
  if (reader.takeWord('ON')) {
    for (const word of ['DUPLICATE', 'KEY', 'UPDATE']) reader.expectWord(word);
    onDuplicate = parseAssignments(reader, []);
  }
  if (!reader.isAtEnd) throw reader.syntaxError();
  return alias === undefined ? { onDuplicate } : { alias, onDuplicate };
}

/** `a = 1, t.b = a + 1`, up to one of the words. */
export function parseAssignments(reader: TokenReader, until: readonly string[]): readonly Assignment[] {
  const assignments: Assignment[] = [];
  do {
    const column = reader.columnName();
    if (!reader.takeOperator('=')) reader.expectOperator(':=');
    const expression = reader.textUntil(until, [',']);
    if (expression === '') throw reader.syntaxError();
    assignments.push({ column, expression });
  } while (reader.takeOperator(','));
  return assignments;
}

const insertEnd = ['ON', 'AS'];

/** `(a, b)` before VALUES or SELECT, and not a parenthesised SELECT. */
function isColumnList(reader: TokenReader): boolean {
  if (!reader.isOperator('(')) return false;
  return !['SELECT', 'WITH'].includes(reader.peek(1).upper) && !reader.isOperator('(', 1);
}

/** The SELECT up to ON DUPLICATE KEY. */
function selectText(reader: TokenReader): string {
  const start = reader.peek().start;
  let end = start;
  while (!reader.isAtEnd) {
    const isTail =
      reader.isWord('ON') && reader.peek(1).upper === 'DUPLICATE' && reader.peek(2).upper === 'KEY';
    if (isTail) break;
    end = reader.next().end;
  }
  return reader.text.slice(start, end);
}
