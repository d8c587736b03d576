import { duckdbText } from '../../duckdb-quote.ts';
import { asText, textLiteral } from '../conversions/texts.ts';
import { nullType, textType, type Rendered } from '../types.ts';
import { special, type FunctionEntry } from './definition.ts';

const moments: Readonly<Record<string, string>> = {
  USA: '%Y-%m-%d %H.%i.%s',
  JIS: '%Y-%m-%d %H:%i:%s',
  ISO: '%Y-%m-%d %H:%i:%s',
  EUR: '%Y-%m-%d %H.%i.%s',
  INTERNAL: '%Y%m%d%H%i%s',
};

/** Formats by type and style (manual, GET_FORMAT). */
const formats: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DATE: { USA: '%m.%d.%Y', JIS: '%Y-%m-%d', ISO: '%Y-%m-%d', EUR: '%d.%m.%Y', INTERNAL: '%Y%m%d' },
  TIME: { USA: '%h:%i:%s %p', JIS: '%H:%i:%s', ISO: '%H:%i:%s', EUR: '%H.%i.%s', INTERNAL: '%H%i%s' },
  DATETIME: moments,
  TIMESTAMP: moments,
};

/** Of a literal style a literal, so that DATE_FORMAT may have it for its format. */
export const getFormatFunctions: readonly FunctionEntry[] = Object.entries(formats).map(([type, styles]) =>
  special(`GET_FORMAT ${type}`, [1, 1], ([style]) => formatOf(styles, style)),
);

function formatOf(styles: Readonly<Record<string, string>>, style: Rendered | undefined): Rendered {
  if (style === undefined || style.type.kind === 'null') return nothing;
  if (style.literal === undefined) {
    const branches = Object.entries(styles).map(
      ([name, format]) => `WHEN ${duckdbText(name)} THEN ${duckdbText(format)}`,
    );
    return { sql: `(CASE (upper(${asText(style)}) COLLATE C) ${branches.join(' ')} END)`, type: textType };
  }
  const format = styles[style.literal.toUpperCase()];
  return format === undefined ? nothing : textLiteral(format);
}

const nothing: Rendered = { sql: 'NULL', type: nullType };
