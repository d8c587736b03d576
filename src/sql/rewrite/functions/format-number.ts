import { duckdbText } from '../../duckdb-quote.ts';
import { asDouble, asInteger, asNumber, scaleMax, settled } from '../conversions.ts';
import { computedOnce, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { numberLocale, type NumberLocale } from '../number-locales.ts';
import { nullType, textType, type Rendered } from '../types.ts';

/** FORMAT(number, digits, locale): rounded, with the digits before the point in groups. */
export function formatNumber([value, digits, locale]: readonly Rendered[]): Rendered {
  if (value === undefined || digits === undefined) return { sql: 'NULL', type: nullType };
  if (value.type.kind === 'null' || digits.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const { point, separator, indian } = localeOf(locale);
  const plain = macro('unsigned_zero', plainNumber(settled(asNumber(value)), digits));
  const sql = computedOnce([plain], (number = '') => {
    const grouped = macro(indian === true ? 'grouped_indian' : 'grouped', number, duckdbText(separator));
    return `(${grouped} || ${macro('fraction_behind', number, duckdbText(point))})`;
  });
  return { sql, type: textType };
}

function localeOf(locale: Rendered | undefined): NumberLocale {
  if (locale === undefined || locale.type.kind === 'null') return numberLocale('');
  return locale.literal === undefined
    ? notSupported('FORMAT with a computed locale')
    : numberLocale(locale.literal);
}

/** The number with a point and just so many digits behind it: exact, unless it is a double. */
function plainNumber(number: Rendered, digits: Rendered): string {
  const isExact = number.type.kind === 'integer' || number.type.kind === 'decimal';
  if (isExact && digits.literal !== undefined && /^-?\d{1,9}$/.test(digits.literal)) {
    const count = Math.max(0, Math.min(Number(digits.literal), scaleMax));
    const scale = Math.min(count, number.type.kind === 'decimal' ? number.type.scale : 0);
    return macro(
      'padded_fraction',
      `CAST(${number.sql} AS DECIMAL(38, ${scale}))`,
      String(scale),
      String(count),
    );
  }
  return macro('double_with_digits', asDouble(number), asInteger(digits));
}
