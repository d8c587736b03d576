import { characterSetOf, defaultCharacterSet, defaultCollation, findCharacterSet } from './character-sets.ts';
import type { DataType } from './definition.ts';
import { printColumnType } from './print/column-type.ts';

/** What information_schema.COLUMNS says of a type. Lengths are bigint: those of LONGTEXT pass 2^31. */
export type TypeFacts = Readonly<{
  /** DATA_TYPE: `int`, `varchar`. */
  dataType: string;
  /** COLUMN_TYPE: `int unsigned`, `varchar(10)`. */
  columnType: string;
  characterMaximumLength: bigint | null;
  characterOctetLength: bigint | null;
  numericPrecision: number | null;
  numericScale: number | null;
  datetimePrecision: number | null;
  characterSetName: string | null;
  collationName: string | null;
}>;

/** Character set and collation of columns that name none. */
export type TableCharacters = Readonly<{ characterSet?: string; collation?: string }>;

/** The facts of a type as MySQL 8.0 shows them; StarRocks' types are told in the nearest of MySQL's terms. */
export function describeColumnType(type: DataType, table: TableCharacters = {}): TypeFacts {
  const none: TypeFacts = {
    dataType: dataTypeOf(type),
    columnType: printColumnType(type),
    characterMaximumLength: null,
    characterOctetLength: null,
    numericPrecision: null,
    numericScale: null,
    datetimePrecision: null,
    characterSetName: null,
    collationName: null,
  };
  return {
    ...none,
    ...numberFacts(type),
    ...timeFacts(type),
    ...textFacts(type, table),
    ...binaryFacts(type),
  };
}

function dataTypeOf({ name }: DataType): string {
  return name === 'GEOMETRYCOLLECTION' ? 'geomcollection' : name.toLowerCase();
}

/** Decimal digits of the signed and unsigned types. */
const integerDigits: Readonly<Record<string, readonly [signed: number, unsigned: number]>> = {
  BOOLEAN: [3, 3],
  TINYINT: [3, 3],
  SMALLINT: [5, 5],
  MEDIUMINT: [7, 7],
  INT: [10, 10],
  BIGINT: [19, 20],
  LARGEINT: [39, 39],
};

function numberFacts(type: DataType): Partial<TypeFacts> {
  const [first, second] = type.arguments;
  const digits = integerDigits[type.name];
  if (digits !== undefined) return { numericPrecision: digits[type.unsigned ? 1 : 0], numericScale: 0 };
  if (type.name.startsWith('DECIMAL')) return { numericPrecision: first ?? 10, numericScale: second ?? 0 };
  if (type.name === 'BIT') return { numericPrecision: first ?? 1 };
  if (type.name === 'FLOAT') return { numericPrecision: first ?? 12, numericScale: second ?? null };
  if (type.name === 'DOUBLE') return { numericPrecision: first ?? 22, numericScale: second ?? null };
  return {};
}

function timeFacts({ name, arguments: [digits] }: DataType): Partial<TypeFacts> {
  return /^(?:TIME|DATETIME|TIMESTAMP)$/.test(name) ? { datetimePrecision: digits ?? 0 } : {};
}

/** Bytes of the longest value of the types without a length. */
const longestBytes: Readonly<Record<string, bigint>> = {
  TINYTEXT: 255n,
  TEXT: 65_535n,
  MEDIUMTEXT: 16_777_215n,
  LONGTEXT: 4_294_967_295n,
  STRING: 65_533n,
  TINYBLOB: 255n,
  BLOB: 65_535n,
  MEDIUMBLOB: 16_777_215n,
  LONGBLOB: 4_294_967_295n,
};

function textFacts(type: DataType, table: TableCharacters): Partial<TypeFacts> {
  const { characterSet, collation } = charactersOf(type, table);
  const bytesMax = BigInt(findCharacterSet(characterSet)?.bytesMax ?? 1);
  const names = { characterSetName: characterSet, collationName: collation };
  const longest = longestBytes[type.name];
  if (/TEXT$|^STRING$/.test(type.name) && longest !== undefined) {
    return { ...names, characterMaximumLength: longest, characterOctetLength: longest };
  }
  const length = characterLength(type);
  if (length === undefined) return {};
  return { ...names, characterMaximumLength: length, characterOctetLength: length * bytesMax };
}

/** Characters of the longest value; undefined for what is not text. */
function characterLength(type: DataType): bigint | undefined {
  switch (type.name) {
    case 'CHAR':
    case 'VARCHAR':
      return BigInt(type.arguments[0] ?? 1);
    case 'ENUM':
      return BigInt(Math.max(0, ...type.values.map((value) => [...value].length)));
    case 'SET':
      return BigInt(
        type.values.reduce((sum, value) => sum + [...value].length, Math.max(0, type.values.length - 1)),
      );
    default:
      return undefined;
  }
}

function charactersOf(
  type: DataType,
  table: TableCharacters,
): Readonly<{ characterSet: string; collation: string }> {
  const named = type.collation ?? (type.characterSet === undefined ? table.collation : undefined);
  const characterSet =
    type.characterSet ??
    (named === undefined ? (table.characterSet ?? defaultCharacterSet) : characterSetOf(named));
  return {
    characterSet,
    collation: named ?? findCharacterSet(characterSet)?.defaultCollation ?? defaultCollation,
  };
}

function binaryFacts(type: DataType): Partial<TypeFacts> {
  const isLong = type.name.endsWith('BLOB');
  const length = isLong ? longestBytes[type.name] : BigInt(type.arguments[0] ?? 1);
  if (!isLong && type.name !== 'BINARY' && type.name !== 'VARBINARY') return {};
  return { characterMaximumLength: length ?? null, characterOctetLength: length ?? null };
}
