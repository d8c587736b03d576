import { tokenize } from '../../sql/lexer.ts';
import { mysqlLexing, type Token } from '../../sql/token.ts';
import { columnsOf, partitionScheme, partitionTexts, type TableItem, type TableText } from './table-text.ts';

export type TableComparison = Readonly<{
  /** The name of the existing table, for the text. */
  table: string;
  /** The partitions to be restored; all of the snapshot's when absent. */
  partitions?: readonly string[];
}>;

/**
 * Why the rows of a snapshot's table cannot take the place of an existing table's, in StarRocks' words, as
 * `sql/ddl/compare.ts` does it for tables that our parser reads. What does not touch the rows is not compared: comments,
 * engine, options, CHECKs and foreign keys.
 */
export function differenceOfTexts(
  existing: TableText,
  snapshot: TableText,
  of: TableComparison,
): string | undefined {
  const schemes = [existing, snapshot].map((table) => words(partitionScheme(table)));
  const [ownScheme = [], otherScheme = []] = schemes;
  // PARTITION BY RANGE …
  if (ownScheme[2] !== otherScheme[2]) return "Table's partition type is different";
  const part = differentPart(existing, snapshot, ownScheme.join(' ') === otherScheme.join(' '));
  if (part !== undefined) return `Table ${of.table} already exist but with different schema, errMsg: ${part}`;
  return differentColumn(existing, snapshot, of.table) ?? differentPartition(existing, snapshot, of);
}

function differentPart(existing: TableText, snapshot: TableText, sameScheme: boolean): string | undefined {
  if (columnsOf(existing).length !== columnsOf(snapshot).length) return 'column count is inconsistent';
  if (keysText(existing) !== keysText(snapshot)) return 'indexName is inconsistent';
  return sameScheme ? undefined : 'partition columns is inconsistent';
}

function keysText({ items }: TableText): string {
  const keys = items.filter((item) => item.kind === 'primary' || item.kind === 'key');
  return JSON.stringify(keys.map((item) => words(item.text).join(' ')).sort());
}

function differentColumn(existing: TableText, snapshot: TableText, table: string): string | undefined {
  const others = columnsOf(snapshot);
  for (const [index, own] of columnsOf(existing).entries()) {
    const other = others[index];
    if (other === undefined || columnText(own, existing) === columnText(other, snapshot)) continue;
    return (
      `Table ${table} already exist but with different schema, column: ${own.name} in existed table is ` +
      `different from the column in backup snapshot, column: ${other.name}`
    );
  }
  return undefined;
}

const integerTypes = new Set(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT', 'YEAR']);

/** A column that names no character set has the table's. The widths of integers have gone from MySQL 8. */
function columnText(column: TableItem, table: TableText): string {
  const own = words(column.text);
  const at = own.findIndex((word) => integerTypes.has(word));
  const hasWidth = at === 1 && own[at + 1] === '(' && own[at + 3] === ')' && !own.includes('ZEROFILL');
  if (hasWidth) own.splice(at + 1, 3);
  const isText = /CHAR|TEXT|ENUM|^SET$/.test(own[1] ?? '');
  const inherits = isText && !own.includes('COLLATE');
  return JSON.stringify(inherits ? [...own, ...tableCharset(table)] : own);
}

function tableCharset({ options }: TableText): readonly string[] {
  const own = words(options);
  return ['CHARSET', 'COLLATE'].map((word) => {
    const at = own.indexOf(word);
    return at < 0 ? '' : (own[at + 2] ?? '');
  });
}

function differentPartition(
  existing: TableText,
  snapshot: TableText,
  of: TableComparison,
): string | undefined {
  const local = bounds(existing);
  const wanted = of.partitions?.map((name) => name.toLowerCase());
  for (const [name, bound] of bounds(snapshot)) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    const own = local.get(name);
    if (own === undefined || own.text === bound.text) continue;
    return `Partition ${bound.name} in table ${of.table} has different range with partition in repository`;
  }
  return undefined;
}

type Bound = Readonly<{ name: string; text: string }>;

/** What decides which rows lie in each partition. That of a range begins where the one before it ends. */
function bounds(table: TableText): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  let before = '';
  for (const { name, text } of partitionTexts(table)) {
    const own = valuesText(text);
    found.set(name.toLowerCase(), { name, text: own.includes('LESS') ? `${before} ${own}` : own });
    before = own;
  }
  return found;
}

/** From VALUES to its end; without it (HASH, KEY, SYSTEM_TIME) there is nothing to compare. */
function valuesText(text: string): string {
  const own = words(text);
  const from = own.indexOf('VALUES');
  if (from < 0) return '';
  const open = own.indexOf('(', from);
  const max = own.indexOf('MAXVALUE', from);
  if (open < 0 || (max >= 0 && max < open)) return 'VALUES LESS THAN MAXVALUE';
  let depth = 0;
  for (let at = open; at < own.length; at++) {
    if (own[at] === '(') depth += 1;
    if (own[at] === ')') depth -= 1;
    if (depth === 0) return own.slice(from, at + 1).join(' ');
  }
  return own.slice(from).join(' ');
}

/** The tokens of a text, without comments on objects; words in upper case, names as their values. */
function words(text: string): string[] {
  const tokens = tokenize(text, { ...mysqlLexing, versionNumber: 999_999 });
  const kept: string[] = [];
  for (const [at, token] of tokens.entries()) {
    const isComment = token.upper === 'COMMENT' || tokens[at - 1]?.upper === 'COMMENT';
    const isEquals = token.text === '=' && tokens[at - 1]?.upper === 'COMMENT';
    if (!isComment && !isEquals && token.kind !== 'end') kept.push(wordOf(token));
  }
  return kept;
}

function wordOf(token: Token): string {
  switch (token.kind) {
    case 'word':
      return token.upper;
    case 'quoted':
      return `\`${token.value.toLowerCase()}\``;
    case 'string':
      return JSON.stringify(token.value);
    default:
      return token.text;
  }
}
