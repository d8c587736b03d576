import {
  bigintType,
  commonString,
  decimalType,
  doubleType,
  floatType,
  fractionDigitsOf,
  isBits,
  isNumeric,
  isTemporal,
  isUnsigned,
  nullType,
  scaleOf,
  unknownType,
  type ValueType,
  withDigits,
} from './types.ts';

/** The type of CASE, IF, COALESCE, UNION … over values of these types (manual, Flow Control Functions). */
export function commonType(types: readonly ValueType[], operation: string): ValueType {
  const known = types.filter((type) => type.kind !== 'null');
  const first = known[0];
  if (first === undefined) return nullType;
  if (known.some((type) => type.kind === 'unknown')) return unknownType;
  if (known.every(isNumeric)) return commonNumber(known);
  if (known.every(isTemporal)) return commonTemporal(known);
  if (known.length === 1 || (first.kind === 'json' && known.every((type) => type.kind === 'json')))
    return first;
  return commonString(known, operation);
}

/** A TIME beside a date is one of today. */
function commonTemporal(types: readonly ValueType[]): ValueType {
  const kinds = new Set(types.map(({ kind }) => kind));
  if (kinds.size === 1 && kinds.has('date')) return { kind: 'date' };
  const kind = kinds.size === 1 && kinds.has('time') ? 'time' : 'datetime';
  return withDigits(kind, fractionDigitsOf(...types));
}

function commonNumber(types: readonly ValueType[]): ValueType {
  if (types.every((type) => type.kind === 'boolean')) return { kind: 'boolean' };
  if (types.some((type) => type.kind === 'double')) return commonDouble(types);
  if (types.some((type) => type.kind === 'decimal')) return commonDecimal(types);
  return types.every((type) => type.kind === 'integer') ? commonInteger(types) : bigintType;
}

/** DuckDB's digits are known where all have one scale; else they depend on how the values are brought together. */
function commonDecimal(types: readonly ValueType[]): ValueType {
  const scale = Math.max(...types.map(scaleOf));
  const digits = types.map((type) =>
    type.kind === 'decimal' && type.scale === scale ? type.precision : undefined,
  );
  const known = digits.filter((each) => each !== undefined);
  return decimalType(scale, known.length === digits.length ? Math.max(...known) : undefined);
}

/** Of 64 bits with and without a sign the common type is a DECIMAL. */
function commonInteger(types: readonly Extract<ValueType, { kind: 'integer' }>[]): ValueType {
  const [first] = types;
  if (first !== undefined && types.every((type) => isBits(type))) return first;
  const wide = types.some((type) => type.wide);
  if (types.every(isUnsigned)) return { kind: 'integer', wide, unsigned: true, ...sizeOf(types) };
  if (types.some((type) => type.wide && type.unsigned === true && type.bits === undefined))
    return { kind: 'decimal', scale: 0 };
  return { kind: 'integer', wide, ...sizeOf(types) };
}

function sizeOf(types: readonly Extract<ValueType, { kind: 'integer' }>[]): { size?: 'small' | 'int' } {
  if (types.some((type) => type.size === undefined)) return {};
  return { size: types.every((type) => type.size === 'small') ? 'small' : 'int' };
}

/** MySQL merges the types from the left: FLOAT and BIGINT is a FLOAT, BIGINT and FLOAT a DOUBLE, and so is INT and FLOAT. */
function commonDouble(types: readonly ValueType[]): ValueType {
  return types.reduce((left, right) => {
    const [one, other] = [left, right].map((type) => type.kind === 'double' && type.single === true);
    if (one && other) return floatType;
    if (one) return keepsFloat(right, true) ? floatType : doubleType;
    if (other) return keepsFloat(left, false) ? floatType : doubleType;
    return left.kind === 'double' || right.kind === 'double' ? doubleType : commonNumber([left, right]);
  });
}

/** Whether a FLOAT beside a number stays one. */
function keepsFloat(type: ValueType, isFirst: boolean): boolean {
  if (type.kind !== 'integer') return type.kind === 'boolean' && isFirst;
  if (isBits(type)) return false;
  return type.size === 'small' || (type.size === undefined && isFirst);
}
