import { SqlError } from '../../base/sql-error.ts';
import { compileRegexp, type Program } from './compile.ts';
import { regexpError } from './errors.ts';
import { type Match, Matcher } from './match.ts';
import type { Flags } from './nodes.ts';
import { parseRegexp } from './parse.ts';

/** A call of MySQL's functions of regular expressions. NULL among the arguments makes the answer NULL. */
type RegexpFunction = (program: Program, values: readonly string[]) => string | undefined;

/**
 * REGEXP_LIKE, REGEXP_INSTR, REGEXP_SUBSTR and REGEXP_REPLACE with ICU's patterns (manual, "Regular Expressions"). One caller for
 * the rows of one chunk, which mostly have one pattern. Values: the text, the pattern, the match type, then the others in MySQL's
 * order; numbers come as their text. Throws SqlError by MySQL's numbers.
 */
export function regexpCaller(): (name: string, values: readonly (string | null)[]) => string | null {
  const programs = new Map<string, Program>();
  return (name, values) => {
    const called = functions.get(name);
    if (called === undefined) throw new SqlError('internal', `no function of regular expressions '${name}'`);
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return null;
    const [text = '', pattern = '', matchType = '', ...others] = known;
    const flags = flagsOf(matchType, name);
    requirePlace(name, others);
    const key = `${matchType}:${pattern}`;
    let program = programs.get(key);
    if (program === undefined) {
      program = compileRegexp(parseRegexp(pattern, flags));
      programs.set(key, program);
    }
    return called(program, [text, ...others]) ?? null;
  };
}

const functions: ReadonlyMap<string, RegexpFunction> = new Map<string, RegexpFunction>([
  ['REGEXP_LIKE', (program, [text = '']) => (new Matcher(program, text).find(0) ? '1' : '0')],
  [
    'REGEXP_INSTR',
    (program, [text = '', ...others]) => String(positionOf(program, text, others.map(Number))),
  ],
  ['REGEXP_SUBSTR', (program, [text = '', ...others]) => partOf(program, text, others.map(Number))],
  [
    'REGEXP_REPLACE',
    (program, [text = '', replacement = '', ...others]) =>
      replaced(program, { text, replacement }, others.map(Number)),
  ],
]);

/** Of `c` and `i` the last one counts. */
function flagsOf(matchType: string, name: string): Flags {
  if (/[^cimnu]/.test(matchType))
    throw new SqlError('execute_arguments', `Incorrect arguments to ${name.toLowerCase()}`);
  return {
    ignoresCase: /i[^c]*$/.test(matchType),
    isMultiline: matchType.includes('m'),
    dotMatchesAll: matchType.includes('n'),
    hasUnixLines: matchType.includes('u'),
    hasComments: false,
  };
}

/** What MySQL asks before it looks at the pattern. */
function requirePlace(name: string, others: readonly string[]): void {
  if (name === 'REGEXP_INSTR' && !/^[01]?$/.test(others[2] ?? ''))
    throw new SqlError(
      'execute_arguments',
      'Incorrect arguments to regexp_instr: return_option must be 1 or 0.',
    );
  const position = name === 'REGEXP_SUBSTR' ? others[0] : name === 'REGEXP_REPLACE' ? others[1] : undefined;
  if (position !== undefined && Number(position) < 1)
    throw new SqlError(
      'native_function_parameters',
      `Incorrect parameters in the call to native function '${name.toLowerCase()}'`,
    );
}

/** MySQL looks through what is left of the text from the position on, as if it began there. */
function positionOf(
  program: Program,
  text: string,
  [position = 1, occurrence = 1, wantsEnd = 0]: readonly number[],
): number {
  if (text === '') return new Matcher(program, text).find(0) && position === 1 ? 1 : 0;
  const start = unitsOf(text, position);
  if (start >= text.length) throw regexpError('regexp_index');
  const rest = text.slice(start);
  const match = occurrenceOf(new Matcher(program, rest), 0, occurrence);
  if (match === undefined) return 0;
  return position + charactersOf(rest, match[wantsEnd] ?? 0);
}

function partOf(
  program: Program,
  text: string,
  [position = 1, occurrence = 1]: readonly number[],
): string | undefined {
  const match = occurrenceOf(new Matcher(program, text), unitsOf(text, position), occurrence);
  return match && text.slice(match[0], match[1]);
}

type Replacing = Readonly<{ text: string; replacement: string }>;

/** Every match from the position on, or the one that is asked for. */
function replaced(
  program: Program,
  { text, replacement }: Replacing,
  [position = 1, occurrence = 0]: readonly number[],
): string {
  const matcher = new Matcher(program, text);
  let match = occurrenceOf(matcher, unitsOf(text, position), occurrence);
  let result = '';
  let done = 0;
  while (match !== undefined) {
    const [start = 0, end = 0] = match;
    result += text.slice(done, start) + expanded(program, { text, replacement }, match);
    done = end;
    match = occurrence === 0 ? matcher.findNext(match) : undefined;
  }
  return result + text.slice(done);
}

function occurrenceOf(matcher: Matcher, start: number, occurrence: number): Match | undefined {
  let match = matcher.find(start);
  for (let count = 1; count < occurrence && match !== undefined; count++) match = matcher.findNext(match);
  return match;
}

/** The replacement with $1 and ${name} as what the groups have found. */
function expanded({ pattern }: Program, { text, replacement }: Replacing, match: Match): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  const { groupCount, names } = pattern;
  const group = (number: number): string => {
    const [start = -1, end = -1] = [match[number * 2], match[number * 2 + 1]];
    return start < 0 || end < 0 ? '' : text.slice(start, end);
  };
  return replacement.replaceAll(replacementMark, (...parts: readonly unknown[]) => {
    const [code, escaped, name, digits] = parts
      .slice(1, 5)
      .map((part) => (typeof part === 'string' ? part : undefined));
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (escaped !== undefined) return escaped;
    if (digits !== undefined) {
      const length = lengthOfNumber(digits, groupCount);
      return group(Number(digits.slice(0, length))) + digits.slice(length);
    }
    const number = name === undefined ? undefined : names.get(name);
    if (number === undefined) throw regexpError('regexp_group_name');
    return group(number);
  });
}

/** A code point, an escaped character, a group by its name, a group by its number; `$` with neither is refused. */
const replacementMark =
  /\\(?:(?:u(?=[0-9A-Fa-f]{4})|U(?=[0-9A-Fa-f]{8}))((?<=u)[0-9A-Fa-f]{4}|(?<=U)[0-9A-Fa-f]{8})|([^]?))|\$(?:\{([A-Za-z][A-Za-z0-9]*)\}|(\d+))?/g;

/** As many digits as name a group; the first one must. */
function lengthOfNumber(digits: string, groupCount: number): number {
  if (Number(digits[0]) > groupCount) throw regexpError('regexp_index');
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= groupCount) length += 1;
  return length;
}

/** UTF-16 units before the character at a position that counts from 1. Throws for a place outside of the text and its end. */
function unitsOf(text: string, position: number): number {
  if (position < 1) throw regexpError('regexp_index');
  let at = 0;
  for (let count = 1; count < position; count++) {
    if (at >= text.length) throw regexpError('regexp_index');
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

function charactersOf(text: string, units: number): number {
  let count = 0;
  for (let at = 0; at < units; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
