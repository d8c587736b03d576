import type { DataType } from '../../ddl/definition.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** What MySQL gives a column that is made of an expression (manual, "CREATE TABLE ... SELECT Statement"). */
export type Derived = Readonly<{
  type: DataType;
  nullable: boolean;
  /** Of an integer with fewer digits than its type has: a literal. */
  digits?: number;
  /** As SHOW CREATE TABLE prints it. */
  default?: string;
  comment?: string;
}>;

export type DerivedColumn = Derived & Readonly<{ name: string }>;

/** Digits before and behind the point, together and behind. */
export type NumberShape = Readonly<{ precision: number; scale: number }>;

/** Characters of utf8mb4 that a VARCHAR has room for. */
const varcharMax = 16_383;
/** A result of fewer digits is an INT in MySQL, and else a BIGINT. */
const intDigitsMax = 9;

const integerDigits: ReadonlyMap<string, number> = new Map([
  ['TINYINT', 3],
  ['SMALLINT', 5],
  ['MEDIUMINT', 7],
  ['INT', 10],
  ['BIGINT', 19],
  ['YEAR', 4],
]);

export function typeNamed(name: string, sizes: readonly number[] = [], unsigned = false): DataType {
  return { name, arguments: sizes, unsigned, zerofill: false, values: [], elements: [] };
}

export function isInteger({ name }: DataType): boolean {
  return integerDigits.has(name);
}

export function isDouble({ name }: DataType): boolean {
  return name === 'DOUBLE' || name === 'FLOAT';
}

/** Of integers and decimals. */
export function numberShape(type: DataType): NumberShape | undefined {
  if (type.name === 'DECIMAL') {
    return { precision: type.arguments[0] ?? 10, scale: type.arguments[1] ?? 0 };
  }
  const digits = integerDigits.get(type.name);
  return digits === undefined ? undefined : { precision: digits, scale: 0 };
}

/** The same of an expression's value. */
export function shapeOf({ type, digits }: Derived): NumberShape | undefined {
  return digits === undefined ? numberShape(type) : { precision: digits, scale: 0 };
}

export function decimalOf({ precision, scale }: NumberShape): DataType {
  return typeNamed('DECIMAL', [Math.min(Math.max(precision, scale), decimalDigitsMax), scale]);
}

/** INT or BIGINT, by the digits that a result may have. */
export function integerOf(digits: number, unsigned = false): DataType {
  return typeNamed(digits <= intDigitsMax ? 'INT' : 'BIGINT', [], unsigned);
}

/** VARCHAR of so many characters, with the collation of `like`; undefined where it has no room for them. */
export function varcharOf(length: number | undefined, like?: DataType): DataType | undefined {
  if (length === undefined || length > varcharMax) return undefined;
  const { characterSet, collation } = like ?? {};
  return {
    ...typeNamed('VARCHAR', [length]),
    ...(characterSet === undefined ? {} : { characterSet }),
    ...(collation === undefined ? {} : { collation }),
  };
}

/** Characters that a value may have as a text; undefined where there is no bound worth a VARCHAR. */
export function textLength(type: DataType): number | undefined {
  const { name, arguments: sizes, values } = type;
  const shape = numberShape(type);
  if (name === 'DECIMAL' && shape !== undefined) {
    return shape.precision + (shape.scale > 0 ? 1 : 0) + (type.unsigned ? 0 : 1);
  }
  if (name === 'YEAR') return 4;
  if (shape !== undefined) return shape.precision + (type.unsigned && name !== 'BIGINT' ? 0 : 1);
  switch (name) {
    case 'VARCHAR':
    case 'CHAR':
      return sizes[0] ?? 1;
    case 'ENUM':
      return Math.max(0, ...values.map((value) => [...value].length));
    case 'SET':
      return Math.max(
        0,
        values.reduce((sum, value) => sum + [...value].length + 1, -1),
      );
    case 'DATE':
      return 10;
    case 'TIME':
      return 10 + fractionLength(sizes);
    case 'DATETIME':
    case 'TIMESTAMP':
      return 19 + fractionLength(sizes);
    case 'DOUBLE':
      return 22;
    case 'FLOAT':
      return 12;
    default:
      return undefined;
  }
}

function fractionLength(sizes: readonly number[]): number {
  const digits = sizes[0] ?? 0;
  return digits === 0 ? 0 : digits + 1;
}

export function isText({ name }: DataType): boolean {
  return ['VARCHAR', 'CHAR', 'ENUM', 'SET'].includes(name);
}

export function isBytes({ name }: DataType): boolean {
  return /(?:BINARY|BLOB)$/.test(name);
}

function isMoment({ name }: DataType): boolean {
  return ['DATE', 'DATETIME', 'TIMESTAMP'].includes(name);
}

/** The type that holds values of all of these, as of UNION, CASE and COALESCE; undefined where it is not known. */
export function mergedType(values: readonly Pick<Derived, 'type' | 'digits'>[]): DataType | undefined {
  const types = values.map(({ type }) => type);
  const [first, ...others] = types;
  if (first === undefined) return undefined;
  if (others.every((other) => JSON.stringify(other) === JSON.stringify(first))) return first;
  if (types.every(isInteger)) return mergedIntegers(types);
  if (types.every((type) => numberShape(type) !== undefined)) return mergedDecimals(values);
  if (types.every((type) => numberShape(type) !== undefined || isDouble(type))) return typeNamed('DOUBLE');
  if (types.every(isMoment)) {
    const digits = Math.max(0, ...types.map((type) => type.arguments[0] ?? 0));
    return typeNamed('DATETIME', digits === 0 ? [] : [digits]);
  }
  if (!types.some(isText)) return undefined;
  const lengths = types.map((type) => textLength(type));
  if (lengths.includes(undefined)) return undefined;
  return varcharOf(Math.max(...lengths.map((length) => length ?? 0)), types.find(isText));
}

function mergedIntegers(types: readonly DataType[]): DataType | undefined {
  const isMixed = new Set(types.map((type) => type.unsigned)).size > 1;
  const widest = types.reduce((left, right) => (digitsOf(right) > digitsOf(left) ? right : left));
  if (!isMixed) return typeNamed(widest.name, [], widest.unsigned);
  if (types.some((type) => type.name === 'BIGINT' && type.unsigned))
    return decimalOf({ precision: 20, scale: 0 });
  return typeNamed('BIGINT');
}

function digitsOf(type: DataType): number {
  return integerDigits.get(type.name) ?? 0;
}

function mergedDecimals(values: readonly Pick<Derived, 'type' | 'digits'>[]): DataType {
  const shapes = values.flatMap((value) => shapeOf({ ...value, nullable: true }) ?? []);
  const scale = Math.max(...shapes.map((shape) => shape.scale));
  const whole = Math.max(...shapes.map((shape) => shape.precision - shape.scale));
  return decimalOf({ precision: whole + scale, scale });
}

/** What MySQL writes behind DEFAULT of a column made of an expression that is never NULL; dates have none. */
export function impliedDefault({ name, arguments: sizes }: DataType): string | undefined {
  if (name === 'DECIMAL') {
    const scale = sizes[1] ?? 0;
    return `'0${scale === 0 ? '' : `.${'0'.repeat(scale)}`}'`;
  }
  if (integerDigits.has(name) || isDouble({ ...typeNamed(name) })) return "'0'";
  if (name === 'TIME') return "'00:00:00'";
  return ['VARCHAR', 'CHAR', 'VARBINARY'].includes(name) ? "''" : undefined;
}
