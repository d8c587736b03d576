import type { TokenReader } from '../../../sql/token-reader.ts';
import { readColumnName, readNameList, readObjectReference } from './read-name.ts';
import type { ObjectReference } from '../physical/names.ts';

export type Assignment = Readonly<{ column: string; expression: string }>;

export type InsertStatement = Readonly<{
  kind: 'insert' | 'replace';
  /** INSERT OVERWRITE of StarRocks. */
  overwrite: boolean;
  ignore: boolean;
  table: ObjectReference;
  partitions?: readonly string[];
  /** The partitions are temporary ones. */
  temporary: boolean;
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
  const kind = reader.accept('REPLACE') ? 'replace' : 'insert';
  if (kind === 'insert') reader.expect('INSERT');
  let ignore = false;
  while (reader.isWord('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE')) {
    ignore = reader.next().upper === 'IGNORE' || ignore;
  }
  const overwrite = reader.acceptOneOf('INTO', 'OVERWRITE') === 'OVERWRITE';
  const table = readObjectReference(reader);
  const temporary = reader.isPhrase('TEMPORARY', 'PARTITION') || reader.isPhrase('TEMPORARY', 'PARTITIONS');
  if (temporary) reader.next();
  const partitions = reader.acceptOneOf('PARTITION', 'PARTITIONS') ? readNameList(reader) : undefined;
  const common = {
    kind,
    overwrite,
    ignore,
    table,
    temporary,
    ...(partitions ? { partitions } : {}),
    onDuplicate: [],
  } as const;
  if (reader.accept('SET')) {
    const pairs = parseAssignments(reader, insertEnd);
    const columns = pairs.map((pair) => pair.column);
    return { ...common, columns, source: { kind: 'set', expressions: pairs.map((pair) => pair.expression) } };
  }
  const columns = isColumnList(reader) ? readNameList(reader) : undefined;
  const named = columns === undefined ? common : { ...common, columns };
  if (reader.acceptOneOf('VALUES', 'VALUE')) return { ...named, source: { kind: 'values' } };
  if (!reader.isWord('SELECT', 'WITH', 'TABLE') && !reader.isOperator('(')) reader.fail();
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
  if (reader.accept('AS')) {
    const name = reader.name();
    alias = reader.isOperator('(') ? { name, columns: readNameList(reader) } : { name };
  }
  let onDuplicate: readonly Assignment[] = [];
  if (reader.accept('ON')) {
    reader.expect('DUPLICATE', 'KEY', 'UPDATE');
    onDuplicate = parseAssignments(reader, []);
  }
  reader.expectEnd();
  return alias === undefined ? { onDuplicate } : { alias, onDuplicate };
}

/** `a = 1, t.b = a + 1`, up to one of the words. */
function parseAssignments(reader: TokenReader, until: readonly string[]): readonly Assignment[] {
  const assignments: Assignment[] = [];
  do {
    const column = readColumnName(reader);
    if (!reader.acceptOperator('=')) reader.expectOperator(':=');
    const { text } = reader.source((rest) => rest.isOperator(',') || rest.isWord(...until));
    assignments.push({ column, expression: text });
  } while (reader.acceptOperator(','));
  return assignments;
}

const insertEnd = ['ON', 'AS'];

/** `(a, b)` before VALUES or SELECT, and not a parenthesised SELECT. */
function isColumnList(reader: TokenReader): boolean {
  if (!reader.isOperator('(')) return false;
  return !reader.isWordAt(1, 'SELECT', 'WITH', 'TABLE') && !reader.isOperator('(', 1);
}

/** The SELECT up to ON DUPLICATE KEY. */
function selectText(reader: TokenReader): string {
  return reader.source((rest) => rest.isPhrase('ON', 'DUPLICATE', 'KEY')).text;
}
