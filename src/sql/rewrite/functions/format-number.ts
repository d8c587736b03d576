import { duckdbText } from '../../duckdb-quote.ts';
import { asText } from '../conversions/texts.ts';
import { asDouble, asInteger, asNumber, scaleMax, settled } from '../conversions/numbers.ts';
import { computedOnce, macro } from '../macro-names.ts';
import { isLocale, numberLocale, numberLocales, type NumberLocale } from '../number-locales.ts';
import type { Environment } from '../environment.ts';
import type { TextWarning } from '../text-warning.ts';
import { nullType, textType, type Rendered } from '../types.ts';

/** FORMAT(number, digits, locale): rounded, with the digits before the point in groups. */
export function formatNumber(
  [value, digits, locale]: readonly Rendered[],
  { output }: Pick<Environment, 'output'>,
): Rendered {
  const unknown = unknownLocale(locale);
  if (unknown !== undefined) output.warnings.push(unknown);
  if (value === undefined || digits === undefined) return { sql: 'NULL', type: nullType };
  if (value.type.kind === 'null' || digits.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const { point, separator, indian } = localeOf(locale);
  const plain = macro('unsigned_zero', plainNumber(settled(asNumber(value)), digits));
  const sql = computedOnce([plain], (number = '') => {
    const [grouped, groupedIndian] = ['grouped', 'grouped_indian'].map((name) =>
      macro(name, number, separator),
    );
    const whole = `(CASE WHEN ${indian} THEN ${groupedIndian} ELSE ${grouped} END)`;
    return `(${indian === 'false' ? grouped : whole} || ${macro('fraction_behind', number, point)})`;
  });
  return { sql, type: textType };
}

/** MySQL's warning 1649 of a name that is written out. */
function unknownLocale(locale: Rendered | undefined): TextWarning | undefined {
  const name = locale?.type.kind === 'null' ? 'NULL' : locale?.literal;
  if (name === undefined || isLocale(name)) return undefined;
  return { number: 1649, message: `Unknown locale: '${name}'` };
}

/** What DuckDB computes of a locale: the point, the separator, and whether the groups are those of India. */
type LocaleSql = Readonly<{ point: string; separator: string; indian: string }>;

function localeOf(locale: Rendered | undefined): LocaleSql {
  if (locale === undefined || locale.type.kind === 'null') return localeSql(numberLocale(''));
  if (locale.literal !== undefined) return localeSql(numberLocale(locale.literal));
  const name = `(lower(${asText(locale)}) COLLATE C)`;
  const chosen = (part: (each: LocaleSql) => string): string => {
    const branches = numberLocales.map(
      ([each, names]) =>
        `WHEN ${name} IN (${names.map(duckdbText).join(', ')}) THEN ${part(localeSql(each))}`,
    );
    return `(CASE ${branches.join(' ')} ELSE ${part(localeSql(numberLocale('')))} END)`;
  };
  return {
    point: chosen(({ point }) => point),
    separator: chosen(({ separator }) => separator),
    indian: chosen(({ indian }) => indian),
  };
}

function localeSql({ point, separator, indian }: NumberLocale): LocaleSql {
  return { point: duckdbText(point), separator: duckdbText(separator), indian: String(indian === true) };
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
