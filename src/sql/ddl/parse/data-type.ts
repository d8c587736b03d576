import { canonicalCharacterSet, canonicalCollation } from '../character-sets.ts';
import type { DataType } from '../definition.ts';
import type { Cursor } from './cursor.ts';

/** Stands for the binary collation of a character set that is known only when the whole table has been read. */
export const binaryOfCharacterSet = '_bin';

/**
 * type := integer [(width)] {SIGNED | UNSIGNED | ZEROFILL} | number [(p [, s])] {…} | time [(digits)]
 *       | text [(length)] {character} | binary [(length)] | (ENUM | SET) ( 'value' {, 'value'} ) {character}
 *       | ARRAY < type > | MAP < type , type > | STRUCT < field [:] type {, field [:] type} > | JSON | HLL | …
 *
 * Synonyms become MySQL's own word (INTEGER → INT), display widths that MySQL 8 no longer shows are dropped, and
 * lengths that may be left out are filled in; whether they are possible is checked with the table.
 */
export function parseDataType(cursor: Cursor): DataType {
  return cursor.nested(() => {
    const spelled = parseTypeName(cursor);
    if (nestedNames.has(spelled.name)) return parseNested(cursor, spelled.name);
    if (spelled.name === 'ENUM' || spelled.name === 'SET') return parseMembers(cursor, spelled.name);
    const given = parseArguments(cursor);
    const numeric = parseNumberWords(cursor);
    const character = isCharacterType(spelled.name) ? parseCharacter(cursor) : {};
    return withLengths({ ...plain(spelled.name), ...spelled, ...numeric, ...character, arguments: given });
  });
}

/** Types whose values are text, and which so have a character set. */
export function isCharacterType(name: string): boolean {
  return characterTypes.has(name);
}

const characterTypes: ReadonlySet<string> = new Set(
  'CHAR VARCHAR STRING TINYTEXT TEXT MEDIUMTEXT LONGTEXT ENUM SET'.split(' '),
);
const nestedNames: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'STRUCT']);

/** One word, MySQL's or StarRocks', to the canonical one. */
const synonyms: Readonly<Record<string, string>> = {
  BOOL: 'BOOLEAN',
  INT1: 'TINYINT',
  INT2: 'SMALLINT',
  INT3: 'MEDIUMINT',
  MIDDLEINT: 'MEDIUMINT',
  INT4: 'INT',
  INTEGER: 'INT',
  INT8: 'BIGINT',
  DEC: 'DECIMAL',
  FIXED: 'DECIMAL',
  NUMERIC: 'DECIMAL',
  NUMBER: 'DECIMAL',
  DECIMALV2: 'DECIMAL',
  DECIMALV3: 'DECIMAL',
  FLOAT4: 'FLOAT',
  FLOAT8: 'DOUBLE',
  REAL: 'DOUBLE',
  CHARACTER: 'CHAR',
  VARCHARACTER: 'VARCHAR',
  DATEV2: 'DATE',
  DATETIMEV2: 'DATETIME',
  JSONB: 'JSON',
  GEOMCOLLECTION: 'GEOMETRYCOLLECTION',
};

const knownTypes: ReadonlySet<string> = new Set([
  ...'TINYINT SMALLINT MEDIUMINT INT BIGINT LARGEINT BOOLEAN BIT DECIMAL DECIMAL32 DECIMAL64 DECIMAL128'.split(
    ' ',
  ),
  ...'DECIMAL256 FLOAT DOUBLE DATE TIME DATETIME TIMESTAMP YEAR CHAR VARCHAR STRING BINARY VARBINARY'.split(
    ' ',
  ),
  ...'TINYTEXT TEXT MEDIUMTEXT LONGTEXT TINYBLOB BLOB MEDIUMBLOB LONGBLOB ENUM SET JSON'.split(' '),
  ...'GEOMETRY POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION'.split(
    ' ',
  ),
  ...'ARRAY MAP STRUCT HLL BITMAP PERCENTILE VARIANT'.split(' '),
]);

type TypeName = Readonly<{ name: string; characterSet?: string }>;

/** name := word | DOUBLE PRECISION | LONG [VARCHAR | VARBINARY] | [NATIONAL] CHAR [VARYING] | NVARCHAR | … */
function parseTypeName(cursor: Cursor): TypeName {
  const national = parseNational(cursor);
  if (national !== undefined) return { name: national, characterSet: 'utf8mb3' };
  const { upper } = cursor.peek();
  if (upper === 'LONG') return parseLong(cursor);
  const name = synonyms[upper] ?? upper;
  if (!knownTypes.has(name)) cursor.fail();
  cursor.next();
  if (upper === 'DOUBLE') cursor.take('PRECISION');
  if (name !== 'CHAR') return { name };
  if (cursor.take('BYTE')) return { name: 'BINARY' };
  return { name: cursor.take('VARYING') ? 'VARCHAR' : 'CHAR' };
}

/** national := (NCHAR | NATIONAL CHAR | NATIONAL CHARACTER) [VARYING | VARCHAR] | NVARCHAR | NATIONAL VARCHAR */
function parseNational(cursor: Cursor): string | undefined {
  if (cursor.take('NVARCHAR')) return 'VARCHAR';
  const isNational = cursor.take('NATIONAL');
  if (isNational && cursor.takeOneOf('VARCHAR', 'VARCHARACTER') !== undefined) return 'VARCHAR';
  if (isNational ? cursor.takeOneOf('CHAR', 'CHARACTER') === undefined : !cursor.take('NCHAR')) {
    return isNational ? cursor.fail() : undefined;
  }
  return cursor.takeOneOf('VARYING', 'VARCHAR', 'VARCHARACTER') === undefined ? 'CHAR' : 'VARCHAR';
}

/** long := LONG [VARBINARY | VARCHAR | CHAR VARYING] */
function parseLong(cursor: Cursor): TypeName {
  cursor.expect('LONG');
  if (cursor.take('VARBINARY')) return { name: 'MEDIUMBLOB' };
  if (!cursor.take('CHAR', 'VARYING')) cursor.take('VARCHAR');
  return { name: 'MEDIUMTEXT' };
}

/** arguments := ( (n | *) [, n] ) */
function parseArguments(cursor: Cursor): readonly number[] {
  if (!cursor.isOperator('(')) return [];
  return cursor.parenthesized(() =>
    // StarRocks' VARCHAR(*) is the longest there is.
    cursor.takeOperator('*') ? [starRocksTextLength] : cursor.list(() => cursor.integer()),
  );
}

function parseNumberWords(cursor: Cursor): Pick<DataType, 'unsigned' | 'zerofill'> {
  let unsigned = false;
  let zerofill = false;
  for (;;) {
    const word = cursor.takeOneOf('SIGNED', 'UNSIGNED', 'ZEROFILL');
    if (word === undefined) return { unsigned: unsigned || zerofill, zerofill };
    if (word === 'UNSIGNED') unsigned = true;
    if (word === 'ZEROFILL') zerofill = true;
  }
}

/** character := (CHARACTER SET | CHARSET | CHAR SET) name | COLLATE name | BINARY | ASCII | UNICODE */
function parseCharacter(cursor: Cursor): Pick<DataType, 'characterSet' | 'collation'> {
  let found: Pick<DataType, 'characterSet' | 'collation'> = {};
  for (;;) {
    if (cursor.take('CHARACTER', 'SET') || cursor.take('CHAR', 'SET') || cursor.take('CHARSET')) {
      const name = canonicalCharacterSet(cursor.nameOrString());
      found = { ...found, characterSet: name };
    } else if (cursor.take('COLLATE'))
      found = { ...found, collation: canonicalCollation(cursor.nameOrString()) };
    else if (cursor.take('BINARY')) found = { ...found, collation: binaryOfCharacterSet };
    else if (cursor.take('ASCII')) found = { ...found, characterSet: 'latin1' };
    else if (cursor.take('UNICODE')) found = { ...found, characterSet: 'ucs2' };
    else return found;
  }
}

/** members := ( 'value' {, 'value'} ), without the trailing blanks, which MySQL drops too */
function parseMembers(cursor: Cursor, name: string): DataType {
  const values = cursor.parenthesized(() => cursor.list(() => cursor.string().replace(/ +$/, '')));
  return { ...plain(name), values, ...parseCharacter(cursor) };
}

function parseNested(cursor: Cursor, name: string): DataType {
  cursor.expectOperator('<');
  if (name === 'STRUCT') return parseStruct(cursor);
  const elements = cursor.list(() => parseDataType(cursor));
  if (elements.length !== (name === 'MAP' ? 2 : 1)) cursor.fail();
  cursor.expectAngleClose();
  return { ...plain(name), elements };
}

function parseStruct(cursor: Cursor): DataType {
  const fields = cursor.list(() => {
    const name = cursor.name();
    cursor.takeOperator(':');
    const type = parseDataType(cursor);
    if (cursor.take('COMMENT')) cursor.string();
    return { name, type };
  });
  cursor.expectAngleClose();
  return {
    ...plain('STRUCT'),
    elements: fields.map((field) => field.type),
    fieldNames: fields.map((field) => field.name),
  };
}

function plain(name: string): DataType {
  return { name, arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };
}

const integerTypes: ReadonlySet<string> = new Set(
  'TINYINT SMALLINT MEDIUMINT INT BIGINT LARGEINT'.split(' '),
);
/** StarRocks' length of VARCHAR and VARBINARY without one. */
const starRocksTextLength = 65_533;
/** MySQL rounds FLOAT(p) with more binary digits up to DOUBLE. */
const floatBinaryDigitsMax = 24;

/** The type with the lengths MySQL fills in and without those it no longer shows. */
function withLengths(type: DataType): DataType {
  const [first, second] = type.arguments;
  if (integerTypes.has(type.name)) {
    const isFlag = type.name === 'TINYINT' && first === 1 && !type.unsigned;
    return isFlag || type.zerofill ? type : { ...type, arguments: [] };
  }
  if (type.name.startsWith('DECIMAL')) return { ...type, arguments: [first ?? 10, second ?? 0] };
  switch (type.name) {
    case 'BIT':
    case 'CHAR':
    case 'BINARY':
      return { ...type, arguments: [first ?? 1] };
    case 'VARCHAR':
    case 'VARBINARY':
      return { ...type, arguments: [first ?? starRocksTextLength] };
    case 'FLOAT':
      if (first === undefined || second !== undefined) return type;
      return { ...type, name: first > floatBinaryDigitsMax ? 'DOUBLE' : 'FLOAT', arguments: [] };
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return { ...type, arguments: first === undefined || first === 0 ? [] : [first] };
    case 'TEXT':
      return first === undefined ? type : { ...type, name: `${sizeName(first * 4)}TEXT`, arguments: [] };
    case 'BLOB':
      return first === undefined ? type : { ...type, name: `${sizeName(first)}BLOB`, arguments: [] };
    case 'YEAR':
    case 'STRING':
      return { ...type, arguments: [] };
    default:
      return type;
  }
}

/** The smallest of MySQL's four sizes that holds so many bytes. */
function sizeName(bytes: number): 'TINY' | '' | 'MEDIUM' | 'LONG' {
  if (bytes < 2 ** 8) return 'TINY';
  if (bytes < 2 ** 16) return '';
  return bytes < 2 ** 24 ? 'MEDIUM' : 'LONG';
}
