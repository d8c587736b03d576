import { tokenize } from '../../sql/lexer.ts';
import { mysqlLexing, type Token } from '../../sql/token.ts';
import { SourceError } from '../source-error.ts';

/**
 * CREATE TABLE as SHOW CREATE TABLE prints it, cut into the pieces that a restore handles apart. Nothing is understood
 * beyond where a piece begins and what it is: each goes back to the server as the server wrote it, so that a server newer
 * than this program loses nothing.
 */
export type TableText = Readonly<{
  name: string;
  items: readonly TableItem[];
  /** Table options, without what follows from PARTITION BY on. */
  options: string;
  /** From PARTITION BY on, without the comments for newer servers that MySQL puts around its parts; empty for none. */
  partitioning: string;
}>;

export type TableItem =
  | Readonly<{
      kind: 'column';
      name: string;
      text: string;
      /** The first word of its type, in upper case. */
      type: string;
      /** What the server computes. The start and end of a system-versioned row are values that it can be given. */
      isGenerated: boolean;
      isAutoIncrement: boolean;
      /** From when or to when a system-versioned row is valid. */
      period?: 'START' | 'END';
    }>
  | Readonly<{ kind: 'primary'; text: string; columns: readonly string[] }>
  | Readonly<{ kind: 'key'; name: string; text: string }>
  | Readonly<{ kind: 'foreign'; name: string; text: string }>
  /** CHECK, PERIOD, and whatever else stands between the columns: it stays where it is. */
  | Readonly<{ kind: 'other'; text: string }>;

/** Versions of servers of which there are none yet: everything in a comment for newer servers is read. */
const everyVersion = { ...mysqlLexing, versionNumber: 999_999 };

/** Throws SourceError `failed` for a text that is no CREATE TABLE with a list of columns. */
export function parseTableText(ddl: string): TableText {
  const tokens = tokenize(ddl, everyVersion);
  const open = tokens.findIndex((token) => token.text === '(');
  const name = tokens[open - 1];
  const close = open < 0 ? -1 : closing(tokens, open);
  if (name === undefined || close < 0 || tokens[0]?.upper !== 'CREATE') {
    throw new SourceError('failed', `cannot read a table's definition: ${ddl.slice(0, 100)}`);
  }
  const items = listItems(ddl, tokens, open, close).map((item) => itemOf(item.tokens, item.text));
  const tail = ddl.slice(tokens[close]?.end);
  const by = partitionWord(tokens, close);
  if (by === undefined) return { name: name.value, items, options: tail.trim(), partitioning: '' };
  // A comment for newer servers that opens in front of PARTITION BY belongs to it.
  const from = by.versioned === true ? ddl.lastIndexOf('/*!', by.start) : by.start;
  const options = ddl.slice(tokens[close]?.end, from).trim();
  const partitioning = unmarked(ddl, tokens.slice(tokens.indexOf(by)));
  return { name: name.value, items, options, partitioning };
}

/** The text with all that is in comments for newer servers, but not their marks. */
export function withoutMarks(text: string): string {
  return unmarked(text, tokenize(text, everyVersion));
}

function unmarked(text: string, tokens: readonly Token[]): string {
  let result = '';
  for (const [at, token] of tokens.entries()) {
    const between = text.slice(tokens[at - 1]?.end ?? token.start, token.start);
    result += between.replaceAll(/\/\*!\d*|\*\//g, '') + text.slice(token.start, token.end);
  }
  return result.trim();
}

export function printTableText(table: TableText, name: string): string {
  const items = table.items.map((item) => `  ${item.text}`).join(',\n');
  return [`CREATE TABLE ${name} (\n${items}\n)`, table.options, table.partitioning]
    .filter((part) => part !== '')
    .join(' ');
}

export function columnsOf(table: TableText): readonly Extract<TableItem, { kind: 'column' }>[] {
  return table.items.filter((item) => item.kind === 'column');
}

/** The same table without a storage place of its own: another server may not have that folder. */
export function withoutDirectories(table: TableText): TableText {
  return {
    ...table,
    options: cutDirectories(table.options),
    partitioning: cutDirectories(table.partitioning),
  };
}

/** The same table with only those of its partitions that `keeps` names. */
export function withPartitions(table: TableText, keeps: (name: string) => boolean): TableText {
  const text = table.partitioning;
  const list = partitionList(text);
  if (list === undefined) return table;
  const kept = list.items.filter((item) => keeps(partitionName(item.tokens)));
  const inside = kept.map((item) => item.text).join(',\n ');
  return { ...table, partitioning: `${text.slice(0, list.start)}(${inside})${text.slice(list.end)}` };
}

/** Each partition of the table with the text that defines it. */
export function partitionTexts(table: TableText): readonly Readonly<{ name: string; text: string }>[] {
  const list = partitionList(table.partitioning);
  return (list?.items ?? []).map((item) => ({ name: partitionName(item.tokens), text: item.text }));
}

/** From PARTITION BY up to the list of partitions. */
export function partitionScheme(table: TableText): string {
  const list = partitionList(table.partitioning);
  return list === undefined ? table.partitioning : table.partitioning.slice(0, list.start).trim();
}

type Piece = Readonly<{ tokens: readonly Token[]; text: string }>;

function partitionList(
  text: string,
): Readonly<{ items: readonly Piece[]; start: number; end: number }> | undefined {
  const tokens = tokenize(text, everyVersion);
  const open = tokens.findIndex(
    (token, at) => token.text === '(' && tokens[at + 1]?.upper === 'PARTITION' && at > 0,
  );
  const [first] = tokens.slice(open);
  if (open < 0 || first === undefined) return undefined;
  const close = closing(tokens, open);
  const items = listItems(text, tokens, open, close);
  return { items, start: first.start, end: tokens[close]?.end ?? text.length };
}

function partitionName(tokens: readonly Token[]): string {
  return tokens[1]?.value ?? '';
}

/** The pieces between commas of the list that begins at `open`. */
function listItems(text: string, tokens: readonly Token[], open: number, close: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = open + 1;
  let depth = 0;
  for (let at = open + 1; at <= close; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === '(') depth += 1;
    else if (token.text === ')' && at < close) depth -= 1;
    if (at !== close && (token.text !== ',' || depth > 0)) continue;
    const own = tokens.slice(from, at);
    // To the next comma, so that a comment's closing mark stays with its piece.
    if (own.length > 0) pieces.push({ tokens: own, text: text.slice(own[0]?.start, token.start).trimEnd() });
    from = at + 1;
  }
  return pieces;
}

/** Where the parenthesis that opens at `open` is closed; -1 when it is not. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth += 1;
    if (tokens[at]?.text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function partitionWord(tokens: readonly Token[], close: number): Token | undefined {
  return tokens.find(
    (token, at) => at > close && token.upper === 'PARTITION' && tokens[at + 1]?.upper === 'BY',
  );
}

function itemOf(tokens: readonly Token[], text: string): TableItem {
  const words = tokens.map((token) => token.upper);
  const [first] = tokens;
  if (first?.kind === 'quoted') return columnItem(first.value, tokens, text);
  if (words[0] === 'PRIMARY') return { kind: 'primary', text, columns: listedNames(tokens) };
  if (words[0] === 'CONSTRAINT' && words[2] === 'FOREIGN') {
    return { kind: 'foreign', name: tokens[1]?.value ?? '', text };
  }
  const keyAt = words.findIndex((word) => word === 'KEY' || word === 'INDEX');
  const isKey = keyAt === 0 || (keyAt === 1 && words[0] !== 'FOREIGN' && words[0] !== 'CONSTRAINT');
  return isKey ? { kind: 'key', name: tokens[keyAt + 1]?.value ?? '', text } : { kind: 'other', text };
}

function columnItem(name: string, tokens: readonly Token[], text: string): TableItem {
  let depth = 0;
  const words = new Set<string>();
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    else if (depth === 0) words.add(token.upper);
  }
  return {
    kind: 'column',
    name,
    text,
    type: tokens[1]?.upper ?? '',
    isGenerated: words.has('AS') && !words.has('ROW'),
    isAutoIncrement: words.has('AUTO_INCREMENT'),
    ...(words.has('AS') && words.has('ROW') && { period: words.has('START') ? 'START' : 'END' }),
  };
}

/** Names of the columns in the first parentheses. */
function listedNames(tokens: readonly Token[]): readonly string[] {
  const open = tokens.findIndex((token) => token.text === '(');
  const inside = tokens.slice(open + 1);
  return inside
    .filter((token, at) => token.kind === 'quoted' && ['(', ','].includes(tokens[open + at]?.text ?? ''))
    .map((token) => token.value);
}

function cutDirectories(text: string): string {
  const tokens = tokenize(text, everyVersion);
  let cut = '';
  let last = 0;
  for (const [at, token] of tokens.entries()) {
    const isDirectory = token.upper === 'DIRECTORY';
    const before = tokens[at - 1];
    const value = tokens[at + 1]?.text === '=' ? tokens[at + 2] : tokens[at + 1];
    if (!isDirectory || before === undefined || value?.kind !== 'string') continue;
    cut += text.slice(last, before.start);
    last = value.end;
  }
  return (cut + text.slice(last)).trim();
}
