import { commonType } from '../common-type.ts';
import { asType } from '../conversions/wanted-types.ts';
import { sortKey } from '../conversions/keys.ts';
import { asDatetime } from '../conversions/moments.ts';
import { asText, throughDouble } from '../conversions/texts.ts';
import { notSupported } from '../not-supported.ts';
import { commonString, isBits, isNumeric, isTemporal, type Rendered, type ValueType } from '../types.ts';

const nothing: Rendered = { sql: 'NULL', type: { kind: 'null' } };

/** GREATEST and LEAST: NULL when any argument is; texts compare by the collation, which DuckDB's own functions ignore. */
export function extreme(end: 'max' | 'min', values: readonly Rendered[]): Rendered {
  if (values.some((value) => value.type.kind === 'null')) return nothing;
  const types = values.map((value) => value.type);
  const isDated = types.some(({ kind }) => kind === 'date' || kind === 'datetime');
  if (isDated && !types.every((type) => isTemporal(type) || type.kind === 'unknown'))
    return extremeMoment(end, values);
  const type = commonType(types, nameOf(end));
  const parts = values.map((value) => asType(value, type));
  const choice =
    type.kind === 'text'
      ? extremeText(end, parts, type)
      : `${end === 'max' ? 'greatest' : 'least'}(${parts.join(', ')})`;
  return throughDouble({ sql: unlessNull(parts, choice), type });
}

function nameOf(end: 'max' | 'min'): string {
  return end === 'max' ? 'greatest' : 'least';
}

function unlessNull(parts: readonly string[], choice: string): string {
  return `(CASE WHEN ${parts.map((part) => `${part} IS NULL`).join(' OR ')} THEN NULL ELSE ${choice} END)`;
}

function extremeText(end: 'max' | 'min', parts: readonly string[], type: ValueType): string {
  // DuckDB forgets the names of a struct's parts in a correlated subquery.
  // Of equal ones the last is the greatest, and the first the least.
  const rows = parts.map((part, index) => `row(${sortKey({ sql: part, type })}, ${index}, ${part})`);
  return `struct_extract(list_${end}([${rows.join(', ')}]), 3)`;
}

/**
 * Of a date and something else: all are taken for dates with time, and the result is a text in the form of the date. What is
 * none is passed over; but LEAST beside a date with time compares texts then.
 */
function extremeMoment(end: 'max' | 'min', values: readonly Rendered[]): Rendered {
  for (const value of values) refuseBesideDate(value, end);
  const type = commonString(
    values.map((value) => value.type),
    nameOf(end),
  );
  const moments = values.map((value) => asDatetime(value));
  const chosen = `list_transform([${nameOf(end)}(${moments.join(', ')})], lambda m: ${shownMoment(values)})[1]`;
  const isTexts = end === 'min' && values.some((value) => value.type.kind === 'datetime');
  const isNone = moments.map((moment) => `${moment} IS NULL`).join(' OR ');
  const texts = `least(${values.map((value) => `(${asText(value)} COLLATE C)`).join(', ')})`;
  const choice = isTexts ? `CASE WHEN ${isNone} THEN ${texts} ELSE ${chosen} END` : chosen;
  return {
    sql: unlessNull(
      values.map(({ sql }) => sql),
      choice,
    ),
    type,
  };
}

function refuseBesideDate({ type, literal }: Rendered, end: 'max' | 'min'): void {
  const isRefused = type.kind === 'binary' || isBits(type) || (isNumeric(type) && literal === undefined);
  if (isRefused) {
    const what = type.kind === 'binary' || isBits(type) ? 'bytes' : 'a number';
    notSupported(`${nameOf(end).toUpperCase()} of a date and ${what}`);
  }
}

/** The text of the moment `m`. */
function shownMoment(values: readonly Rendered[]): string {
  const isDate = values.every(({ type }) => type.kind !== 'datetime');
  const digits = isDate ? 0 : Math.max(...values.map(fractionDigits));
  const type: ValueType = isDate ? { kind: 'date' } : { kind: 'datetime', digits };
  return asText({ sql: isDate ? 'CAST(m AS DATE)' : 'm', type });
}

/** Of a text as many as it may have. */
function fractionDigits({ type, literal }: Rendered): number {
  switch (type.kind) {
    case 'datetime':
    case 'time':
      return type.digits ?? 0;
    case 'decimal':
      return Math.min(type.scale, 6);
    case 'date':
    case 'integer':
    case 'boolean':
      return 0;
    default:
      return literal === undefined ? 6 : Math.min(/\.(\d*)\s*$/.exec(literal)?.[1]?.length ?? 0, 6);
  }
}
