import { notYet } from '../not-yet.ts';
import { regexpError } from './errors.ts';

/** Whether a code point is in a set. */
export type CharacterSet = (codePoint: number) => boolean;

export const everything: CharacterSet = () => true;

export function oneOf(...codePoints: readonly number[]): CharacterSet {
  return (codePoint) => codePoints.includes(codePoint);
}

export function between(first: number, last: number): CharacterSet {
  return (codePoint) => codePoint >= first && codePoint <= last;
}

export function union(...sets: readonly CharacterSet[]): CharacterSet {
  if (sets.length === 1) return sets[0] as CharacterSet;
  return (codePoint) => sets.some((set) => set(codePoint));
}

export function complement(set: CharacterSet): CharacterSet {
  return (codePoint) => !set(codePoint);
}

/** With what differs by case only: a letter whose other forms are in the set. */
export function caseClosed(set: CharacterSet): CharacterSet {
  return (codePoint) => set(codePoint) || caseForms(codePoint).some(set);
}

function caseForms(codePoint: number): readonly number[] {
  const text = String.fromCodePoint(codePoint);
  const folded = foldedCharacter(codePoint);
  const forms = [folded, text.toLowerCase(), text.toUpperCase(), folded.toUpperCase()];
  // K and Å have a second capital letter, s a second small one.
  const others = rareForms.get(folded) ?? [];
  return [...forms, ...others]
    .filter((form) => [...form].length === 1)
    .map((form) => form.codePointAt(0) ?? codePoint);
}

const rareForms: ReadonlyMap<string, readonly string[]> = new Map([
  ['k', ['\u212a']],
  ['å', ['\u212b']],
  ['ω', ['\u2126']],
  ['s', ['ſ']],
  ['ß', ['ẞ']],
  ['ss', ['ß', 'ẞ']],
  ['σ', ['ς']],
  ['μ', ['µ']],
]);

/** The text by which characters are the same without case (Unicode's full case folding). */
export function foldedCharacter(codePoint: number): string {
  if (codePoint < 0x80)
    return String.fromCharCode(codePoint >= 65 && codePoint <= 90 ? codePoint + 32 : codePoint);
  const text = String.fromCodePoint(codePoint);
  // The dotless i is a letter of its own.
  return text === 'ı' ? text : text.toLowerCase().toUpperCase().toLowerCase();
}

export function foldedText(text: string): string {
  return Array.from(text, (character) => foldedCharacter(character.codePointAt(0) ?? 0)).join('');
}

/** The same set, which remembers what it said of ASCII. */
export function remembered(set: CharacterSet): CharacterSet {
  const known = new Int8Array(0x80);
  return (codePoint) => {
    if (codePoint >= 0x80) return set(codePoint);
    if (known[codePoint] === 0) known[codePoint] = set(codePoint) ? 1 : -1;
    return known[codePoint] === 1;
  };
}

/** ASCII is looked up, and the rest asked of V8, which has the same tables of Unicode as ICU. */
function unicodeSet(source: string): CharacterSet {
  const pattern = new RegExp(`^${source}$`, 'v');
  const ascii = Array.from({ length: 0x80 }, (_, codePoint) => pattern.test(String.fromCharCode(codePoint)));
  return (codePoint) => ascii[codePoint] ?? pattern.test(String.fromCodePoint(codePoint));
}

export const lineEnds: CharacterSet = unicodeSet(String.raw`[\n-\r\u0085\u2028\u2029]`);
export const wordCharacters: CharacterSet = unicodeSet(
  String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]`,
);
export const digits: CharacterSet = unicodeSet(String.raw`\p{Nd}`);
export const whiteSpace: CharacterSet = unicodeSet(String.raw`\p{White_Space}`);
export const blanks: CharacterSet = unicodeSet(String.raw`[\t\p{Zs}]`);
/** What belongs to the letter before it, where a word ends. */
export const joiners: CharacterSet = unicodeSet(String.raw`[\p{Grapheme_Extend}\p{Cf}]`);

/** Names of POSIX, and those that ICU reads otherwise than V8. */
const named: ReadonlyMap<string, CharacterSet> = new Map([
  ['alpha', unicodeSet(String.raw`\p{Alphabetic}`)],
  ['alnum', unicodeSet(String.raw`[\p{Alphabetic}\p{Nd}]`)],
  ['blank', blanks],
  ['cntrl', unicodeSet(String.raw`\p{Cc}`)],
  ['digit', digits],
  ['graph', unicodeSet(String.raw`[^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}]`)],
  ['lower', unicodeSet(String.raw`\p{Lowercase}`)],
  ['print', unicodeSet(String.raw`[[[^\p{White_Space}\p{Cs}\p{Cn}]\p{Zs}]--\p{Cc}]`)],
  ['punct', unicodeSet(String.raw`\p{P}`)],
  ['space', whiteSpace],
  ['upper', unicodeSet(String.raw`\p{Uppercase}`)],
  ['word', wordCharacters],
  ['xdigit', unicodeSet(String.raw`[\p{Nd}\p{Hex_Digit}]`)],
]);

/** `alpha`, `Lu`, `Greek`, `script=Greek`: what stands in [:…:] and in \p{…}. Throws SqlError. */
export function namedSet(name: string): CharacterSet {
  const known = named.get(name.trim().toLowerCase());
  if (known !== undefined) return known;
  const [property = '', value] = name.split('=').map(standardName);
  const sources = value === undefined ? bareProperties(property) : [`${longName(property)}=${value}`];
  for (const source of sources) {
    try {
      return unicodeSet(String.raw`\p{${source}}`);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  // ICU knows blocks, ages and numeric values, too.
  if (/^(?:in|block|blk|age|nv|ccc|lb|sb|wb|gcb|dt|nt|bc|ea|jt|jg|hst)\b|^in/i.test(name))
    throw notYet(`the property '${name}' in a regular expression`);
  throw regexpError('regexp_argument');
}

function bareProperties(name: string): readonly string[] {
  return [
    name,
    `Script=${name}`,
    name.toUpperCase(),
    name.replace(/^(.)(.)$/, (_, a, b) => `${String(a).toUpperCase()}${String(b).toLowerCase()}`),
  ];
}

function longName(property: string): string {
  return { Sc: 'Script', Gc: 'General_Category', Scx: 'Script_Extensions' }[property] ?? property;
}

/** Unicode's spelling: `uppercase letter` is Uppercase_Letter. */
function standardName(name: string): string {
  return name
    .trim()
    .split(/[ _-]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('_');
}
