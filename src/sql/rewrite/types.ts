import { defaultCollation } from '../ddl/character-sets.ts';
import { type Coercibility, type Collated, commonCollation, type Purpose } from './coercibility.ts';
import { isCased, isDefaultCollation } from './collations.ts';
import type { ColumnShape } from './context.ts';

/**
 * What is known of a value before DuckDB sees it. MySQL converts freely between these where DuckDB refuses or
 * does something else, so each kind has its own conversions (`conversions/`).
 */
export type ValueType =
  /**
   * `wide`: DuckDB's type is at least BIGINT, so sums do not overflow. `unsigned`: so are sums with it. `year`: a YEAR.
   * `size`: that of a column, where it is less than 64 bits. `bits`: a BIT of so many, which is bytes beside texts.
   */
  | Readonly<{
      kind: 'integer';
      wide: boolean;
      unsigned?: true;
      year?: true;
      size?: 'small' | 'int';
      bits?: number;
    }>
  /**
   * `scale` is what MySQL shows; `loose`: the DuckDB value carries more digits until it is rounded. `precision`: no fewer digits
   * in all than DuckDB's type has; absent where they are not known.
   */
  | Readonly<{ kind: 'decimal'; scale: number; precision?: number; loose?: boolean }>
  /** `decimals`: digits after the point that MySQL shows, where it does not show all. `single`: a FLOAT, DuckDB's too. */
  | Readonly<{ kind: 'double'; decimals?: number; single?: true }>
  | TextType
  | Readonly<{ kind: 'binary'; coercibility?: Coercibility }>
  | Readonly<{ kind: 'boolean' }>
  | Readonly<{ kind: 'date' }>
  /** `digits`: those of the second's fraction that MySQL shows; absent where it is not known. */
  | Readonly<{ kind: 'datetime'; digits?: number }>
  /** MySQL's TIME, signed and beyond 24 h: DuckDB's INTERVAL, or TIME in a column. */
  | Readonly<{ kind: 'time'; digits?: number }>
  | Readonly<{ kind: 'json' }>
  | Readonly<{ kind: 'null' }>
  /** A parameter, or a column of a table whose shape is not known. */
  | Readonly<{ kind: 'unknown' }>;

/**
 * `exact`: case and accents count. `collation` and how little it gives way are absent until `inConnection` puts those of the
 * connection. `ascii`: a literal without other characters. `bytes`: DuckDB compares the text by its bytes, unless told otherwise.
 * `enumeration`: DuckDB's ENUM, which sorts by its members' order. `members`: those of a SET, one for each bit.
 */
export type TextType = Readonly<{
  kind: 'text';
  exact: boolean;
  collation?: string;
  coercibility?: Coercibility;
  ascii?: boolean;
  bytes?: boolean;
  enumeration?: boolean;
  members?: readonly string[];
}>;

export const bigintType: ValueType = { kind: 'integer', wide: true };
export const integerType: ValueType = { kind: 'integer', wide: false };
export const yearType: ValueType = {
  kind: 'integer',
  wide: false,
  unsigned: true,
  year: true,
  size: 'small',
};
export const unsignedType: ValueType = { kind: 'integer', wide: true, unsigned: true };
export const doubleType: ValueType = { kind: 'double' };
export const floatType: ValueType = { kind: 'double', single: true };
const smallType: ValueType = { kind: 'integer', wide: false, size: 'small' };
const intType: ValueType = { kind: 'integer', wide: false, size: 'int' };
export const textType: TextType = { kind: 'text', exact: false };
/** Text of JSON: of utf8mb4_bin, and gives way to a column's collation. */
export const exactTextType: TextType = textTypeIn('utf8mb4_bin', 'coercible');
export const binaryType: ValueType = { kind: 'binary' };
/** Bytes of a literal or a function, which beside a column of text are text. */
export const madeBinaryType: ValueType = { kind: 'binary', coercibility: 'coercible' };
export const booleanType: ValueType = { kind: 'boolean' };
export const dateType: ValueType = { kind: 'date' };
export const datetimeType: ValueType = { kind: 'datetime' };
export const timeType: ValueType = { kind: 'time' };
export const jsonType: ValueType = { kind: 'json' };
export const nullType: ValueType = { kind: 'null' };
export const unknownType: ValueType = { kind: 'unknown' };

/** DuckDB's text of an expression, with what is known of its value. */
export type Rendered = Readonly<{
  sql: string;
  type: ValueType;
  /** Of a DECIMAL or a double that is one of several: its text, with the digits of the one that was taken. */
  shown?: string;
  /** The value itself where it is a literal of the statement. */
  literal?: string;
  /** Of a document, the same one in another spelling that costs less: for who looks at its value. */
  compact?: string;
  /** A document that is a date or a time. */
  ofMoment?: boolean;
  /** TRUE or FALSE, which is a number everywhere but in a JSON document. */
  isTruth?: boolean;
}>;

/** A DECIMAL, of which DuckDB's type has so many digits in all. */
export function decimalType(scale: number, precision: number | undefined): ValueType {
  return precision === undefined ? { kind: 'decimal', scale } : { kind: 'decimal', scale, precision };
}

/** Digits of the second's fraction that MySQL shows of values of these types; undefined where one is not known. */
export function fractionDigitsOf(...types: readonly ValueType[]): number | undefined {
  let most = 0;
  for (const type of types) {
    if (type.kind === 'date' || type.kind === 'null') continue;
    if ((type.kind !== 'datetime' && type.kind !== 'time') || type.digits === undefined) return undefined;
    most = Math.max(most, type.digits);
  }
  return most;
}

/** DATETIME or TIME with so many digits of the second's fraction. */
export function withDigits(kind: 'datetime' | 'time', digits: number | undefined): ValueType {
  return digits === undefined ? { kind } : { kind, digits };
}

export function isNumeric(type: ValueType): boolean {
  return (
    type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'double' || type.kind === 'boolean'
  );
}

export function isUnsigned(type: ValueType): boolean {
  return type.kind === 'integer' && type.unsigned === true;
}

/** BIT, whose value beside a text is its bytes. */
export function isBits(type: ValueType): type is Extract<ValueType, { kind: 'integer' }> & { bits: number } {
  return type.kind === 'integer' && type.bits !== undefined;
}

/** ENUM and SET, which are numbers of their members where a number is wanted. */
export function isCoded(type: ValueType): boolean {
  return type.kind === 'text' && (type.enumeration === true || type.members !== undefined);
}

export function isTemporal(type: ValueType): boolean {
  return type.kind === 'date' || type.kind === 'datetime' || type.kind === 'time';
}

const byName: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['TINYINT', smallType],
  ['SMALLINT', smallType],
  ['MEDIUMINT', smallType],
  ['INT', intType],
  ['INTEGER', intType],
  ['BIGINT', bigintType],
  ['LARGEINT', bigintType],
  ['YEAR', yearType],
  ['FLOAT', floatType],
  ['DOUBLE', doubleType],
  ['BOOLEAN', booleanType],
  ['BOOL', booleanType],
  ['DATE', dateType],
  ['DATETIME', datetimeType],
  ['TIMESTAMP', datetimeType],
  ['TIME', timeType],
  ['JSON', jsonType],
  ['BINARY', binaryType],
  ['VARBINARY', binaryType],
  ['TINYBLOB', binaryType],
  ['BLOB', binaryType],
  ['MEDIUMBLOB', binaryType],
  ['LONGBLOB', binaryType],
]);

const textNames: ReadonlySet<string> = new Set(
  'CHAR VARCHAR TINYTEXT TEXT MEDIUMTEXT LONGTEXT ENUM SET STRING'.split(' '),
);

/** The value type of a column by its declared type. */
export function typeOfColumn(column: ColumnShape): ValueType {
  const name = column.type
    .replace(/\s+(UNSIGNED|SIGNED|ZEROFILL)\b.*$/i, '')
    .replace(/\(.*$/, '')
    .toUpperCase();
  if (name === 'DECIMAL' || name === 'NUMERIC') return decimalType(column.scale ?? 0, column.precision);
  if (name === 'BIT') return { kind: 'integer', wide: true, unsigned: true, bits: column.bits ?? 1 };
  if (name === 'ENUM') return { ...textTypeOf(column), enumeration: true };
  if (name === 'SET' && column.members !== undefined)
    return { ...textTypeOf(column), members: column.members };
  if (textNames.has(name)) return textTypeOf(column);
  const type = byName.get(name) ?? unknownType;
  if (type.kind === 'integer' && /\sUNSIGNED\b/i.test(column.type)) return { ...type, unsigned: true };
  return type.kind === 'datetime' || type.kind === 'time' ? withDigits(type.kind, column.scale) : type;
}

function textTypeOf(column: ColumnShape): TextType {
  const { collation = defaultCollation } = column;
  const type = textTypeIn(collation, column.isSystem === true ? 'sysconst' : 'implicit');
  return isCased(collation) ? { ...type, bytes: true } : type;
}

/** Text of a collation. */
export function textTypeIn(collation: string, coercibility: Coercibility): TextType {
  const ascii = collation.startsWith('ascii_') ? { ascii: true } : {};
  return { kind: 'text', exact: isCased(collation), collation, coercibility, ...ascii };
}

/** Text of a collation that DuckDB does not follow by itself. */
export function hasOwnCollation(type: ValueType): type is TextType & Readonly<{ collation: string }> {
  return type.kind === 'text' && type.collation !== undefined && !isDefaultCollation(type.collation);
}

/** Text that is compared and grouped by a key of it, and not as it is (`equalityKey`). */
export function hasKey(type: ValueType): boolean {
  return hasOwnCollation(type) || (type.kind === 'text' && type.bytes === true);
}

/** A literal, or what is made of literals, has the collation of the connection. */
export function inConnection(value: Rendered, collation: string): Rendered {
  const { type, literal } = value;
  if (type.kind !== 'text' || type.collation !== undefined) return value;
  const ascii = literal !== undefined && isAscii(literal) ? { ascii: true } : {};
  return { ...value, type: { ...type, ...textTypeIn(collation, 'coercible'), ...ascii } };
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** The collation of a value beside texts, whatever it is. */
export function collatedOf(type: ValueType): Collated {
  switch (type.kind) {
    case 'text': {
      const { collation = defaultCollation, coercibility = 'numeric', ascii = false } = type;
      return { collation, coercibility, ascii };
    }
    case 'binary':
      return { collation: 'binary', coercibility: type.coercibility ?? 'implicit' };
    case 'json':
      return { collation: 'utf8mb4_bin', coercibility: 'implicit' };
    case 'null':
    case 'unknown':
      return { collation: 'binary', coercibility: 'ignorable' };
    default:
      return isBits(type)
        ? { collation: 'binary', coercibility: 'implicit' }
        : { collation: 'latin1_swedish_ci', coercibility: 'numeric', ascii: true };
  }
}

/**
 * The type of a text made of these values, or by which they are compared: of bytes where one of them is, and they go before.
 * Throws SqlError as `commonCollation`.
 */
export function commonString(
  types: readonly ValueType[],
  operation: string,
  purpose: Purpose = 'result',
): TextType | Extract<ValueType, { kind: 'binary' }> {
  const { collation, coercibility } = commonCollation(types.map(collatedOf), operation, purpose);
  const bytes = types.some((type) => type.kind === 'text' && type.bytes === true) ? { bytes: true } : {};
  if (coercibility === 'numeric' || coercibility === 'ignorable') return { ...textType, ...bytes };
  if (collation === 'binary') return { kind: 'binary', coercibility };
  return { ...textTypeIn(collation, coercibility), ...bytes };
}

/** Digits after the point that MySQL gives a number; 0 for what is no decimal. */
export function scaleOf(type: ValueType): number {
  return type.kind === 'decimal' ? type.scale : 0;
}
