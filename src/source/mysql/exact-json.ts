import { quoteText } from '../../sql/quote.ts';

/**
 * MySQL keeps decimals in a JSON value (`JSON_OBJECT('price', price)`), but reads any number with a point as a double: of
 * 1.50 becomes 1.5, and digits beyond the seventeenth are lost. Such numbers are given to it as what they were.
 */

/** A number of which a double may not remember all, in RE2's syntax: a zero at the end, or too many digits. */
const suspect = String.raw`\.\d+0(?:\D|$)|\d[\d.]{16,}`;
const texts = String.raw`"(?:[^"\\]|\\.)*"`;

/** SQL of DuckDB over a JSON text in `column`: true for those that `exactJson` may have to change. NULL for NULL. */
export function mayBeInexact(column: string): string {
  return `(${isSuspect(column)} AND ${isSuspect(`regexp_replace(${column}, '${texts}', '""', 'g')`)})`;
}

function isSuspect(text: string): string {
  return `regexp_matches(${text}, '${suspect}')`;
}

/** SQL whose value is the JSON that the server printed as `text`, to the last digit. */
export function exactJson(text: string): string {
  const decimals = decimalsIn(text);
  if (decimals.length === 0) return quoteText(text);
  const changes = decimals.map(({ path, digits }) => `${quoteText(path)}, ${castOf(digits)}`);
  return `JSON_SET(${quoteText(text)}, ${changes.join(', ')})`;
}

function castOf(digits: string): string {
  const scale = digits.split('.')[1]?.length ?? 0;
  const precision = Math.max(1, digits.replace(/\D/g, '').length);
  return `CAST('${digits}' AS DECIMAL(${precision},${scale}))`;
}

type Decimal = Readonly<{ path: string; digits: string }>;
type Level = { readonly kind: 'object' | 'array'; readonly path: string; leg: string; index: number };

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|-?\d[\d.eE+-]*/g;

/** Numbers that come back another way when the text is read, with their paths (MySQL manual, "JSON Path Syntax"). */
function decimalsIn(text: string): readonly Decimal[] {
  const found: Decimal[] = [];
  const levels: Level[] = [];
  const here = (): string => {
    const level = levels.at(-1);
    if (level === undefined) return '$';
    return level.path + (level.kind === 'array' ? `[${level.index}]` : level.leg);
  };
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ kind: token === '{' ? 'object' : 'array', path: here(), leg: '', index: 0 });
    } else if (token === '}' || token === ']') {
      levels.pop();
    } else if (token === ',') {
      if (level !== undefined) Object.assign(level, { index: level.index + 1, leg: '' });
    } else if (token.startsWith('"')) {
      // The first text of a member is its key.
      if (level?.kind === 'object' && level.leg === '') level.leg = `.${token}`;
    } else if (token !== ':' && !isExact(token)) {
      found.push({ path: here(), digits: token });
    }
  }
  return found;
}

const [int64Min, uint64Max] = [-(2n ** 63n), 2n ** 64n - 1n];

function isExact(number: string): boolean {
  if (/[eE]/.test(number)) return true;
  if (number.includes('.')) return number === printedDouble(Number(number));
  const value = BigInt(number);
  return value >= int64Min && value <= uint64Max;
}

/** Beyond so many places before or behind the point MySQL prints an exponent: `MAX_DECPT_FOR_F_FORMAT` of dtoa.cc. */
const placesMax = 15;

/** A double as MySQL prints it in JSON; undefined where that has an exponent. */
function printedDouble(value: number): string | undefined {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const before = Number(exponent) + 1;
  if (before > placesMax || before <= -placesMax) return undefined;
  if (before <= 0) return `${sign}0.${'0'.repeat(-before)}${digits}`;
  const whole = digits.slice(0, before).padEnd(before, '0');
  return `${sign}${whole}.${digits.slice(before) || '0'}`;
}
