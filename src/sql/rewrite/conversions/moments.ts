import { macro } from '../macro-names.ts';
import { isDateText, temporalLiteral, timeLiteral } from '../temporal-text.ts';
import { isBits, type Rendered } from '../types.ts';
import { asDouble, charactersOf } from './numbers.ts';
import { asText } from './texts.ts';

/** Dates and times of every kind of value, as DuckDB expressions. */

function literalDatetime(value: Rendered): string | undefined {
  if (value.literal === undefined) return undefined;
  return temporalLiteral('datetime', value.literal);
}

export function asDate(value: Rendered): string {
  if (value.type.kind === 'text' && value.literal !== undefined && isDateText(value.literal)) {
    const literal = temporalLiteral('date', value.literal);
    if (literal !== undefined) return literal;
  }
  switch (value.type.kind) {
    case 'date':
      return value.sql;
    case 'datetime':
    case 'null':
      return `CAST(${value.sql} AS DATE)`;
    case 'unknown':
      return `CAST(${macro('datetime_of_any', value.sql)} AS DATE)`;
    default:
      return `CAST(${asDatetime(value, 'date')} AS DATE)`;
  }
}

/**
 * A DuckDB TIMESTAMP, of which only the day counts where a `date` is wanted; NULL for what is no date, of which MySQL warns as of
 * the one or of the other.
 */
export function asDatetime(value: Rendered, wanted: 'date' | 'datetime' = 'datetime'): string {
  switch (value.type.kind) {
    case 'datetime':
      return value.sql;
    case 'date':
    case 'null':
      return `CAST(${value.sql} AS TIMESTAMP)`;
    case 'time':
      return macro(`${wanted}_of_time`, value.sql);
    case 'unknown':
      return macro('datetime_of_any', value.sql);
    case 'integer':
      if (isBits(value.type)) return 'CAST(NULL AS TIMESTAMP)';
      if (value.type.year === true) return `CAST(${firstDayOf(value.sql)} AS TIMESTAMP)`;
      return macro('datetime_of_number', `TRY_CAST(${value.sql} AS BIGINT)`);
    case 'decimal':
    case 'double':
    case 'boolean':
      return macro('datetime_of_number', `TRY_CAST(${value.sql} AS BIGINT)`);
    case 'text':
      return literalDatetime(value) ?? macro(`${wanted}_of_text`, asText(value));
    case 'json':
      return macro(`${wanted}_of_text`, asText(value));
    case 'binary':
      return macro(`${wanted}_of_text`, charactersOf(value.sql));
  }
}

/** A YEAR that is read as a date. */
function firstDayOf(year: string): string {
  return `make_date(CAST(${year} AS INTEGER), 1, 1)`;
}

/** True when the value is a date or datetime of its own, or a text literal that is a date without time. */
export function isPlainDate(value: Rendered): boolean {
  if (value.type.kind === 'date') return true;
  return value.type.kind === 'text' && value.literal !== undefined && isDateText(value.literal);
}

/** A DuckDB INTERVAL with nothing but microseconds: MySQL's TIME. */
export function asTime(value: Rendered): string {
  if (value.type.kind === 'text' && value.literal !== undefined) {
    const literal = timeLiteral(value.literal);
    if (literal !== undefined) return literal;
  }
  switch (value.type.kind) {
    case 'time':
      return value.sql;
    case 'null':
      return 'CAST(NULL AS INTERVAL)';
    case 'date':
    case 'datetime':
      return macro('time_of_datetime', asDatetime(value));
    case 'binary':
      return macro('time_of_text', charactersOf(value.sql));
    case 'integer':
      if (value.type.year === true) return macro('time_of_datetime', asDatetime(value));
      if (isBits(value.type)) return 'CAST(NULL AS INTERVAL)';
      return macro('time_of_numeric', asDouble(value));
    case 'decimal':
    case 'double':
    case 'boolean':
      return macro('time_of_numeric', asDouble(value));
    default:
      return macro('time_of_text', asText(value));
  }
}
