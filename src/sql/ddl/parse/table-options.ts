import { canonicalCharacterSet, canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { TableOptions } from '../definition.ts';
import { quoteName, quoteText } from '../../quote.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseObjectName } from './names.ts';

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
export function parseTableOption(reader: TokenReader, options: TableOptions): TableOptions | undefined {
  return parseMeaningful(reader, options) ?? parseOther(reader, options);
}

function parseMeaningful(reader: TokenReader, options: TableOptions): TableOptions | undefined {
  if (reader.accept('ENGINE')) return { ...options, engine: parseValue(reader, () => reader.nameOrString()) };
  if (reader.accept('AUTO_INCREMENT'))
    return { ...options, autoIncrement: parseValue(reader, () => bigNumber(reader)) };
  if (reader.accept('COMMENT'))
    return withComment(
      options,
      parseValue(reader, () => reader.string()),
    );
  const characters = parseCharacterOption(reader);
  return characters === undefined ? undefined : { ...options, ...characters };
}

type CharacterOption = Readonly<{ characterSet?: string; collation?: string }>;

/** character := [DEFAULT] (CHARACTER SET | CHAR SET | CHARSET) [=] name | [DEFAULT] COLLATE [=] name */
export function parseCharacterOption(reader: TokenReader): CharacterOption | undefined {
  const mark = reader.mark;
  reader.accept('DEFAULT');
  if (reader.accept('CHARACTER', 'SET') || reader.accept('CHAR', 'SET') || reader.accept('CHARSET')) {
    return { characterSet: canonicalCharacterSet(parseValue(reader, () => reader.nameOrString())) };
  }
  if (reader.accept('COLLATE')) {
    const collation = canonicalCollation(parseValue(reader, () => reader.nameOrString()));
    return { collation, characterSet: characterSetOf(collation) };
  }
  reader.back(mark);
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

function parseValue<T>(reader: TokenReader, read: () => T): T {
  reader.acceptOperator('=');
  return read();
}

function bigNumber(reader: TokenReader): bigint {
  const token = reader.peek();
  if (token.kind !== 'number' || !/^\d{1,20}$/.test(token.value)) reader.fail();
  return BigInt(reader.next().value);
}

function withComment(options: TableOptions, comment: string): TableOptions {
  const { comment: _, ...rest } = options;
  return comment === '' ? rest : { ...rest, comment };
}

/** other := (DATA | INDEX) DIRECTORY [=] 'path' | UNION [=] ( tables ) | START TRANSACTION | word [=] value */
function parseOther(reader: TokenReader, options: TableOptions): TableOptions | undefined {
  const pair = parseOtherPair(reader);
  if (pair === undefined) return undefined;
  return mergeOptions(options, { other: [pair] });
}

function parseOtherPair(reader: TokenReader): readonly [string, string] | undefined {
  if (reader.accept('DATA', 'DIRECTORY'))
    return ['DATA DIRECTORY', parseValue(reader, () => quoteText(reader.string()))];
  if (reader.accept('INDEX', 'DIRECTORY'))
    return ['INDEX DIRECTORY', parseValue(reader, () => quoteText(reader.string()))];
  if (reader.accept('START', 'TRANSACTION')) return ['START TRANSACTION', ''];
  if (reader.accept('UNION')) {
    const names = parseValue(reader, () =>
      reader.parenthesized(() => reader.list(() => parseObjectName(reader).name)),
    );
    return ['UNION', `(${names.map((name) => quoteName(name)).join(',')})`];
  }
  const name = reader.acceptOneOf(...otherOptions);
  return name === undefined ? undefined : [name, parseValue(reader, () => otherValue(reader))];
}

/** The value as SQL text: a word in upper case, a number, or a string in quotes. */
function otherValue(reader: TokenReader): string {
  const token = reader.peek();
  if (token.kind === 'string') return quoteText(reader.string());
  if (token.kind === 'quoted') return quoteName(reader.next().value);
  if (token.kind !== 'word' && token.kind !== 'number') reader.fail();
  return reader.next().text.toUpperCase();
}
