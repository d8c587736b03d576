import { SqlError } from '../../base/sql-error.ts';
import { notYet } from '../not-yet.ts';
import { compileRegexp, type Program } from '../regular-expressions/compile.ts';
import { Matcher } from '../regular-expressions/match.ts';
import { parseRegexp } from '../regular-expressions/parse.ts';

/**
 * The patterns of a JSON schema, each compiled once. They are those of ECMAScript and see the bytes of a text, as C++'s
 * `std::regex` does in MySQL.
 */
export class SchemaPatterns {
  readonly #programs = new Map<string, Program | undefined>();

  /**
   * Whether the pattern is somewhere in the text; undefined for what is no pattern. Throws SqlError 1235 for a form of
   * `std::regex` that is not known here, and as `Matcher` for one that takes too long.
   */
  matches(pattern: string, text: string): boolean | undefined {
    if (!this.#programs.has(pattern)) this.#programs.set(pattern, programOf(pattern));
    const program = this.#programs.get(pattern);
    return program && new Matcher(program, bytesOf(text)).find(0) !== undefined;
  }
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function programOf(pattern: string): Program | undefined {
  const form = translated(bytesOf(pattern));
  if (form === undefined) return undefined;
  try {
    return compileRegexp(parseRegexp(form, flags));
  } catch (error) {
    if (error instanceof SqlError && error.kind.startsWith('regexp_')) return undefined;
    throw error;
  }
}

const flags = {
  ignoresCase: false,
  isMultiline: false,
  dotMatchesAll: true,
  hasUnixLines: true,
  hasComments: false,
};

/** The members of \d, \w and \s. */
const sets: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['w', 'A-Za-z0-9_'],
  ['s', String.raw`\x09-\x0d\x20`],
]);

const controls: ReadonlyMap<string, number> = new Map([
  ['0', 0],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

const word = '[A-Za-z0-9_]';

type Rule = readonly [RegExp, (found: RegExpExecArray) => string | undefined];

/** What a pattern is made of, and ICU's form of it; undefined for what makes it none. */
const rules: readonly Rule[] = [
  [/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/iy, ([, short, long]) => literal(parseInt(short ?? long ?? '', 16))],
  [/\\[1-9]\d*/y, ([group]) => group],
  [/\\b/y, () => `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`],
  [/\\B/y, () => `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`],
  [/\\([dws])/y, ([, letter = '']) => `[${sets.get(letter)}]`],
  [/\\([DWS])/y, ([, letter = '']) => `[^${sets.get(letter.toLowerCase())}]`],
  [/\\c/y, ([form]) => unknownForm(form)],
  [/\\([^])/y, ([, letter = '']) => literal(controls.get(letter) ?? letter.charCodeAt(0))],
  [/\[(\^?)((?:\\[^]|[^\]\\])*)\]/y, ([, negated = '', members = '']) => list(negated, members)],
  [/\(\?[:=!]|\((?!\?)|[)|]/y, ([sign]) => sign],
  // A quantifier of a quantifier repeats the whole, which only std::regex has.
  [/(?:[*+?]|\{\d+(?:,\d*)?\})\??(?:[*+{])/y, ([form]) => unknownForm(form)],
  [/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y, ([form]) => form],
  [/\{/y, () => undefined],
  [/\^/y, () => String.raw`\A`],
  [/\$/y, () => String.raw`\z`],
  [/\./y, () => String.raw`[^\x0a\x0d]`],
  [/[^\\[(]/y, ([character]) => literal(character.charCodeAt(0))],
];

/** The pattern as ICU has it; undefined for what is none. */
function translated(pattern: string): string | undefined {
  let result = '';
  for (let at = 0; at < pattern.length;) {
    const [piece, length] = pieceAt(pattern, at);
    if (piece === undefined) return undefined;
    result += piece;
    at += length;
  }
  return result;
}

function pieceAt(pattern: string, at: number): readonly [string | undefined, number] {
  for (const [form, make] of rules) {
    form.lastIndex = at;
    const found = form.exec(pattern);
    if (found !== null) return [make(found), found[0].length];
  }
  return [undefined, 0];
}

/** A character that means itself. */
function literal(code: number): string {
  // Above the bytes there is nothing that it could match.
  return code > 0xff ? '(?!)' : `\\x${code.toString(16).padStart(2, '0')}`;
}

function list(negated: string, members: string): string | undefined {
  if (/\[[:.=]/.test(members)) return unknownForm(`[${members}]`);
  if (members === '') return negated === '' ? '(?!)' : String.raw`[\x00-\xff]`;
  const pieces = [...members.matchAll(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([^]))|([^])/gi)].map(memberOf);
  // A sign between two characters is a range, and stays one; any other sign is a character.
  const ranged = pieces.map((piece, index) => {
    const [before, after] = [pieces[index - 1], pieces[index + 1]];
    const isRange = piece === hyphen && isOne(before) && isOne(after) && pieces[index - 2] !== '-';
    return isRange ? '-' : piece;
  });
  return `[${negated}${ranged.join('')}]`;
}

const hyphen = literal('-'.charCodeAt(0));

function isOne(piece: string | undefined): boolean {
  return piece !== undefined && /^\\x..$/.test(piece);
}

function memberOf([, short, long, escaped, plain]: RegExpExecArray): string {
  if (short !== undefined || long !== undefined) {
    const code = parseInt(short ?? long ?? '', 16);
    return code > 0xff ? '' : literal(code);
  }
  if (escaped === undefined) return literal((plain ?? '').charCodeAt(0));
  const set = sets.get(escaped);
  if (set !== undefined) return set;
  if (/[DWScb]/.test(escaped)) return unknownForm(`\\${escaped} in a list`);
  return literal(controls.get(escaped) ?? escaped.charCodeAt(0));
}

function unknownForm(form: string): never {
  throw notYet(`${form} in a pattern of a JSON schema`);
}
