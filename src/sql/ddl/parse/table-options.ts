import { canonicalCharacterSet, canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { TableOptions } from '../definition.ts';
import { quoteName, quoteText } from '../quote.ts';
import type { Cursor } from './cursor.ts';

/** Options with a value that means nothing here, in MySQL's spelling or MariaDB's; kept and shown. */
const otherOptions: readonly string[] = (
  'AVG_ROW_LENGTH CHECKSUM COMPRESSION CONNECTION DELAY_KEY_WRITE ENCRYPTION ENGINE_ATTRIBUTE INSERT_METHOD ' +
  'KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS PASSWORD ROW_FORMAT STATS_AUTO_RECALC STATS_PERSISTENT ' +
  'STATS_SAMPLE_PAGES TABLE_CHECKSUM TABLESPACE AUTOEXTEND_SIZE SECONDARY_ENGINE SECONDARY_ENGINE_ATTRIBUTE ' +
  'PAGE_CHECKSUM TRANSACTIONAL PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL ENCRYPTED ENCRYPTION_KEY_ID SEQUENCE'
).split(' ');

export const noOptions: TableOptions = { other: [] };

/**
 * option := (ENGINE | TYPE) [=] name | AUTO_INCREMENT [=] n | COMMENT [=] 'text'
 *         | [DEFAULT] (CHARACTER SET | CHARSET) [=] name | [DEFAULT] COLLATE [=] name | word [=] value
 *
 * Reads one option and gives the options with it; undefined when none is next. A later option replaces an earlier.
 */
export function parseTableOption(cursor: Cursor, options: TableOptions): TableOptions | undefined {
  return parseMeaningful(cursor, options) ?? parseOther(cursor, options);
}

function parseMeaningful(cursor: Cursor, options: TableOptions): TableOptions | undefined {
  if (cursor.take('ENGINE')) return { ...options, engine: parseValue(cursor, () => cursor.nameOrString()) };
  if (cursor.take('AUTO_INCREMENT'))
    return { ...options, autoIncrement: parseValue(cursor, () => bigNumber(cursor)) };
  if (cursor.take('COMMENT'))
    return withComment(
      options,
      parseValue(cursor, () => cursor.string()),
    );
  const characters = parseCharacterOption(cursor);
  return characters === undefined ? undefined : { ...options, ...characters };
}

type CharacterOption = Readonly<{ characterSet?: string; collation?: string }>;

/** character := [DEFAULT] (CHARACTER SET | CHAR SET | CHARSET) [=] name | [DEFAULT] COLLATE [=] name */
export function parseCharacterOption(cursor: Cursor): CharacterOption | undefined {
  const mark = cursor.mark;
  cursor.take('DEFAULT');
  if (cursor.take('CHARACTER', 'SET') || cursor.take('CHAR', 'SET') || cursor.take('CHARSET')) {
    return { characterSet: canonicalCharacterSet(parseValue(cursor, () => cursor.nameOrString())) };
  }
  if (cursor.take('COLLATE')) {
    const collation = canonicalCollation(parseValue(cursor, () => cursor.nameOrString()));
    return { collation, characterSet: characterSetOf(collation) };
  }
  cursor.back(mark);
  return undefined;
}

/** The options with their own value of each name in `changed` replaced; both lists keep their order. */
export function mergeOptions(options: TableOptions, changed: TableOptions): TableOptions {
  const names = new Set(changed.other.map(([name]) => name));
  return {
    ...options,
    ...changed,
    other: [...options.other.filter(([name]) => !names.has(name)), ...changed.other],
  };
}

function parseValue<T>(cursor: Cursor, read: () => T): T {
  cursor.takeOperator('=');
  return read();
}

function bigNumber(cursor: Cursor): bigint {
  const token = cursor.peek();
  if (token.kind !== 'number' || !/^\d{1,20}$/.test(token.value)) cursor.fail();
  return BigInt(cursor.next().value);
}

function withComment(options: TableOptions, comment: string): TableOptions {
  const { comment: _, ...rest } = options;
  return comment === '' ? rest : { ...rest, comment };
}

/** other := (DATA | INDEX) DIRECTORY [=] 'path' | UNION [=] ( tables ) | START TRANSACTION | word [=] value */
function parseOther(cursor: Cursor, options: TableOptions): TableOptions | undefined {
  const pair = parseOtherPair(cursor);
  if (pair === undefined) return undefined;
  return mergeOptions(options, { other: [pair] });
}

function parseOtherPair(cursor: Cursor): readonly [string, string] | undefined {
  if (cursor.take('DATA', 'DIRECTORY'))
    return ['DATA DIRECTORY', parseValue(cursor, () => quoteText(cursor.string()))];
  if (cursor.take('INDEX', 'DIRECTORY'))
    return ['INDEX DIRECTORY', parseValue(cursor, () => quoteText(cursor.string()))];
  if (cursor.take('START', 'TRANSACTION')) return ['START TRANSACTION', ''];
  if (cursor.take('UNION')) {
    const names = parseValue(cursor, () =>
      cursor.parenthesized(() => cursor.list(() => cursor.objectName().name)),
    );
    return ['UNION', `(${names.map((name) => quoteName(name)).join(',')})`];
  }
  const name = cursor.takeOneOf(...otherOptions);
  return name === undefined ? undefined : [name, parseValue(cursor, () => otherValue(cursor))];
}

/** The value as SQL text: a word in upper case, a number, or a string in quotes. */
function otherValue(cursor: Cursor): string {
  const token = cursor.peek();
  if (token.kind === 'string') return quoteText(cursor.string());
  if (token.kind === 'quoted') return quoteName(cursor.next().value);
  if (token.kind !== 'word' && token.kind !== 'number') cursor.fail();
  return cursor.next().text.toUpperCase();
}
