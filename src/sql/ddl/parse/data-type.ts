import { canonicalCharacterSet, canonicalCollation } from '../character-sets.ts';
import type { DataType } from '../definition.ts';
import type { TokenReader } from '../../token-reader.ts';

/** Stands for the binary collation of a character set that is known only when the whole table has been read. */
const binaryOfCharacterSet = '_bin';

/**
 * type := integer [(width)] {SIGNED | UNSIGNED | ZEROFILL} | number [(p [, s])] {…} | time [(digits)]
 *       | text [(length)] {character} | binary [(length)] | (ENUM | SET) ( 'value' {, 'value'} ) {character}
 *       | ARRAY < type > | MAP < type , type > | STRUCT < field [:] type {, field [:] type} > | JSON | HLL | …
 *
 * Synonyms become MySQL's own word (INTEGER → INT), display widths that MySQL 8 no longer shows are dropped, and
 * lengths that may be left out are filled in; whether they are possible is checked with the table.
 */
export function parseDataType(reader: TokenReader): DataType {
  return reader.nested(() => {
    const spelled = parseTypeName(reader);
    if (nestedNames.has(spelled.name)) return parseNested(reader, spelled.name);
    if (spelled.name === 'ENUM' || spelled.name === 'SET') return parseMembers(reader, spelled.name);
    const given = parseArguments(reader);
    const numeric = parseNumberWords(reader);
    const character = isCharacterType(spelled.name) ? parseCharacter(reader) : {};
    return withLengths({ ...plain(spelled.name), ...spelled, ...numeric, ...character, arguments: given });
  });
}

/** Types whose values are text, and which so have a character set. */
function isCharacterType(name: string): boolean {
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
function parseTypeName(reader: TokenReader): TypeName {
  const national = parseNational(reader);
  if (national !== undefined) return { name: national, characterSet: 'utf8mb3' };
  const { upper } = reader.peek();
  if (upper === 'LONG') return parseLong(reader);
  const name = synonyms[upper] ?? upper;
  if (!knownTypes.has(name)) reader.fail();
  reader.next();
  if (upper === 'DOUBLE') reader.accept('PRECISION');
  if (name !== 'CHAR') return { name };
  if (reader.accept('BYTE')) return { name: 'BINARY' };
  return { name: reader.accept('VARYING') ? 'VARCHAR' : 'CHAR' };
}

/** national := (NCHAR | NATIONAL CHAR | NATIONAL CHARACTER) [VARYING | VARCHAR] | NVARCHAR | NATIONAL VARCHAR */
function parseNational(reader: TokenReader): string | undefined {
  if (reader.accept('NVARCHAR')) return 'VARCHAR';
  const isNational = reader.accept('NATIONAL');
  if (isNational && reader.acceptOneOf('VARCHAR', 'VARCHARACTER') !== undefined) return 'VARCHAR';
  if (isNational ? reader.acceptOneOf('CHAR', 'CHARACTER') === undefined : !reader.accept('NCHAR')) {
    return isNational ? reader.fail() : undefined;
  }
  return reader.acceptOneOf('VARYING', 'VARCHAR', 'VARCHARACTER') === undefined ? 'CHAR' : 'VARCHAR';
}

/** long := LONG [VARBINARY | VARCHAR | CHAR VARYING] */
function parseLong(reader: TokenReader): TypeName {
  reader.expect('LONG');
  if (reader.accept('VARBINARY')) return { name: 'MEDIUMBLOB' };
  if (!reader.accept('CHAR', 'VARYING')) reader.accept('VARCHAR');
  return { name: 'MEDIUMTEXT' };
}

/** arguments := ( (n | *) [, n] ) */
function parseArguments(reader: TokenReader): readonly number[] {
  if (!reader.isOperator('(')) return [];
  return reader.parenthesized(() =>
    // StarRocks' VARCHAR(*) is the longest there is.
    reader.acceptOperator('*') ? [starRocksTextLength] : reader.list(() => reader.integer()),
  );
}

function parseNumberWords(reader: TokenReader): Pick<DataType, 'unsigned' | 'zerofill'> {
  let unsigned = false;
  let zerofill = false;
  for (;;) {
    const word = reader.acceptOneOf('SIGNED', 'UNSIGNED', 'ZEROFILL');
    if (word === undefined) return { unsigned: unsigned || zerofill, zerofill };
    if (word === 'UNSIGNED') unsigned = true;
    if (word === 'ZEROFILL') zerofill = true;
  }
}

/** character := (CHARACTER SET | CHARSET | CHAR SET) name | COLLATE name | BINARY | ASCII | UNICODE */
function parseCharacter(reader: TokenReader): Pick<DataType, 'characterSet' | 'collation'> {
  let found: Pick<DataType, 'characterSet' | 'collation'> = {};
  for (;;) {
    if (reader.accept('CHARACTER', 'SET') || reader.accept('CHAR', 'SET') || reader.accept('CHARSET')) {
      const name = canonicalCharacterSet(reader.nameOrString());
      found = { ...found, characterSet: name };
    } else if (reader.accept('COLLATE'))
      found = { ...found, collation: canonicalCollation(reader.nameOrString()) };
    else if (reader.accept('BINARY')) found = { ...found, collation: binaryOfCharacterSet };
    else if (reader.accept('ASCII')) found = { ...found, characterSet: 'latin1' };
    else if (reader.accept('UNICODE')) found = { ...found, characterSet: 'ucs2' };
    else return found;
  }
}

/** members := ( 'value' {, 'value'} ), without the trailing blanks, which MySQL drops too */
function parseMembers(reader: TokenReader, name: string): DataType {
  const values = reader.parenthesized(() => reader.list(() => reader.string().replace(/ +$/, '')));
  return { ...plain(name), values, ...parseCharacter(reader) };
}

function parseNested(reader: TokenReader, name: string): DataType {
  reader.expectOperator('<');
  if (name === 'STRUCT') return parseStruct(reader);
  const elements = reader.list(() => parseDataType(reader));
  if (elements.length !== (name === 'MAP' ? 2 : 1)) reader.fail();
  reader.expectAngleClose();
  return { ...plain(name), elements };
}

function parseStruct(reader: TokenReader): DataType {
  const fields = reader.list(() => {
    const name = reader.name();
    reader.acceptOperator(':');
    const type = parseDataType(reader);
    if (reader.accept('COMMENT')) reader.string();
    return { name, type };
  });
  reader.expectAngleClose();
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
