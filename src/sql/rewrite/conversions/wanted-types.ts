import { macro } from '../macro-names.ts';
import { type Rendered, type ValueType } from '../types.ts';
import { settled, asNumber, asInteger, asDouble } from './numbers.ts';
import { asText, asBinary } from './texts.ts';
import { asDatetime } from './moments.ts';

/** A value in the form that its place wants. */

/** A condition: DuckDB's BOOLEAN. */
export function asCondition(value: Rendered): string {
  switch (value.type.kind) {
    case 'boolean':
      return value.sql;
    case 'null':
      return 'CAST(NULL AS BOOLEAN)';
    case 'unknown':
      return `(${macro('number_of_any', value.sql)} <> 0)`;
    default:
      return `(${asNumber(value).sql} <> 0)`;
  }
}

/** The value in the form in which it is one of several of a common type (CASE, IF, COALESCE, UNION). */
export function asType(value: Rendered, type: ValueType): string {
  const isEnum = value.type.kind === 'text' && value.type.enumeration === true;
  if (type.kind === 'double') return asFloating(value, type);
  if (value.type.kind === type.kind && type.kind !== 'decimal' && !isEnum) return value.sql;
  switch (type.kind) {
    case 'text':
      return asText(value);
    case 'binary':
      return asBinary(value);
    case 'datetime':
      return asDatetime(value);
    case 'integer':
      return asInteger(value);
    case 'decimal':
      return asDecimal(settled(value), type.scale);
    default:
      return settled(value).sql;
  }
}

/** A FLOAT among doubles is one, too, and a double among FLOATs is not. */
function asFloating(value: Rendered, type: Extract<ValueType, { kind: 'double' }>): string {
  if (value.type.kind === 'null') return value.sql;
  if (type.single !== true) return asDouble(settled(value));
  return value.type.kind === 'double' && value.type.single === true
    ? value.sql
    : `CAST(${asDouble(settled(value))} AS FLOAT)`;
}

/** DuckDB's common type of DECIMAL(38, 0) and a smaller one with a fraction has no room for the fraction. */
function asDecimal(value: Rendered, scale: number): string {
  if (value.type.kind === 'null') return value.sql;
  const isCoarser = value.type.kind !== 'decimal' || value.type.scale < scale;
  return isCoarser ? `CAST(${value.sql} AS DECIMAL(38, ${scale}))` : value.sql;
}
