import { notYet } from '../not-yet.ts';
import {
  between,
  blanks,
  caseClosed,
  type CharacterSet,
  complement,
  digits,
  foldedText,
  lineEnds,
  namedSet,
  oneOf,
  union,
  whiteSpace,
  wordCharacters,
} from './character-sets.ts';
import { regexpError, regexpSyntax } from './errors.ts';
import type { Assertion, Flags, Node, Pattern, RepeatMode } from './nodes.ts';

/** Parentheses and brackets inside of one another. */
const depthMax = 250;

const everything: CharacterSet = () => true;
const lineFeed = 0x0a;

/** Reads a pattern as ICU does (its user guide, "Regular Expressions"). Throws SqlError by MySQL's numbers. */
export function parseRegexp(text: string, flags: Flags): Pattern {
  // ICU calls an empty pattern an illegal argument.
  if (text === '') throw regexpError('regexp_argument');
  const reader = new PatternReader(text, flags);
  return reader.read();
}

class PatternReader {
  readonly #text: string;
  #at = 0;
  #flags: Flags;
  #groupCount = 0;
  #depth = 0;
  readonly #names = new Map<string, number>();
  /** References to groups, checked when all groups are known. */
  readonly #references: number[] = [];

  constructor(text: string, flags: Flags) {
    this.#text = text;
    this.#flags = flags;
  }

  read(): Pattern {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw regexpError('regexp_parenthesis');
    if (this.#references.some((number) => number > this.#groupCount))
      throw regexpError('regexp_back_reference');
    return { node, groupCount: this.#groupCount, names: this.#names };
  }

  #choice(): Node {
    if (++this.#depth > depthMax) throw regexpError('regexp_pattern_size');
    const branches = [this.#sequence()];
    while (this.#skip('|')) branches.push(this.#sequence());
    this.#depth -= 1;
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'choice', branches };
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (;;) {
      this.#skipComments();
      const next = this.#text[this.#at];
      if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', items };
      items.push(...this.#term());
    }
  }

  /** An atom with its quantifier; a run of literal characters is one text, but for the one that a quantifier follows. */
  #term(): readonly Node[] {
    const literal = this.#literal();
    if (literal === undefined) return [this.#quantified(this.#atom())];
    let text = literal;
    while (!this.#isQuantifier()) {
      const { ignoresCase } = this.#flags;
      const next = this.#literal();
      if (next === undefined || ignoresCase !== this.#flags.ignoresCase) break;
      text += next;
    }
    if (!this.#isQuantifier()) return [this.#textNode(text)];
    const last = Array.from(text).at(-1) ?? '';
    const run = text.slice(0, text.length - last.length);
    const quantified = this.#quantified(this.#textNode(last));
    return run === '' ? [quantified] : [this.#textNode(run), quantified];
  }

  #textNode(text: string): Node {
    const folded = this.#flags.ignoresCase;
    return { kind: 'text', text: folded ? foldedText(text) : text, folded };
  }

  #isQuantifier(): boolean {
    this.#skipComments();
    return '*+?{'.includes(this.#text[this.#at] ?? ' ');
  }

  /** One character that stands for itself, plain or escaped; undefined for what is something else. */
  #literal(): string | undefined {
    const character = this.#peek();
    if (character === '\\') return this.#escapedLiteral();
    if (character === '' || '|()[.^$'.includes(character)) return undefined;
    if ('*+?{}'.includes(character)) throw regexpSyntax(this.#text, this.#at);
    this.#at += character.length;
    return character;
  }

  #escapedLiteral(): string | undefined {
    const next = this.#text[this.#at + 1];
    if (next === undefined) throw regexpError('regexp_escape');
    if (next === 'Q') return this.#quoted();
    if (/[1-9AbBdDGhHkNpPRsSvVwWXzZ]/.test(next)) return undefined;
    this.#at += 1;
    return this.#escapedCharacter();
  }

  /** \Q…\E */
  #quoted(): string {
    const end = this.#text.indexOf(String.raw`\E`, this.#at + 2);
    const text = this.#text.slice(this.#at + 2, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return text;
  }

  /** Behind the backslash. */
  #escapedCharacter(): string {
    const rest = this.#text.slice(this.#at);
    for (const { pattern, base } of numericEscapes) {
      const [whole, ...groups] = pattern.exec(rest) ?? [];
      if (whole === undefined) continue;
      const value = Number.parseInt(groups.find((group) => group !== undefined) ?? '', base);
      if (value > 0x10ffff) throw regexpError('regexp_escape');
      this.#at += whole.length;
      return String.fromCodePoint(value);
    }
    const character = this.#peek();
    if (/[0uUx]/.test(character)) throw regexpError('regexp_escape');
    this.#at += character.length;
    if (character === 'c') {
      const control = this.#peek();
      if (control === '') throw regexpError('regexp_escape');
      this.#at += control.length;
      return String.fromCharCode((control.codePointAt(0) ?? 0) & 0x1f);
    }
    return controlEscapes[character] ?? character;
  }

  #atom(): Node {
    const character = this.#text[this.#at++];
    const { isMultiline, hasUnixLines } = this.#flags;
    switch (character) {
      case '(':
        return this.#parenthesis();
      case '[':
        return { kind: 'set', set: this.#bracket() };
      case '.':
        return this.#dot();
      case '^':
        return assertion(!isMultiline ? 'textStart' : hasUnixLines ? 'unixLineStart' : 'lineStart');
      case '$':
        if (isMultiline) return assertion(hasUnixLines ? 'unixLineEnd' : 'lineEnd');
        return assertion(hasUnixLines ? 'unixLastLineEnd' : 'lastLineEnd');
      default:
        return this.#escape();
    }
  }

  #dot(): Node {
    const { dotMatchesAll, hasUnixLines } = this.#flags;
    if (dotMatchesAll) return { kind: 'set', set: everything, ...(!hasUnixLines && { allowsPair: true }) };
    return { kind: 'set', set: complement(hasUnixLines ? oneOf(lineFeed) : lineEnds) };
  }

  /** Behind the backslash of what is no literal character. */
  #escape(): Node {
    const character = this.#peek();
    switch (character) {
      case 'A':
        return this.#assertion('textStart');
      case 'b':
        return this.#assertion('wordBorder');
      case 'B':
        return this.#assertion('noWordBorder');
      case 'G':
        return this.#assertion('matchStart');
      case 'z':
        return this.#assertion('textEnd');
      case 'Z':
        return this.#assertion(this.#flags.hasUnixLines ? 'unixLastLineEnd' : 'lastLineEnd');
      case 'X':
        this.#at += 1;
        return { kind: 'grapheme' };
      case 'R':
        this.#at += 1;
        return lineBreak;
      case 'k':
        return this.#namedReference();
      case 'N':
        throw notYet('\\N in a regular expression');
      default:
        return /[1-9]/.test(character)
          ? this.#reference()
          : { kind: 'set', set: this.#cased(this.#setEscape()) };
    }
  }

  #assertion(test: Assertion): Node {
    this.#at += 1;
    return assertion(test);
  }

  /** As many digits as there may be groups. */
  #reference(): Node {
    const opened = this.#text.match(/\((?!\?)/g)?.length ?? 0;
    let number = Number(this.#text[this.#at++]);
    for (;;) {
      const more = number * 10 + Number(this.#text[this.#at] ?? NaN);
      if (!(more <= opened)) break;
      number = more;
      this.#at += 1;
    }
    this.#references.push(number);
    return { kind: 'reference', number, folded: this.#flags.ignoresCase };
  }

  #namedReference(): Node {
    const [whole, name = ''] = /^k<([A-Za-z][A-Za-z0-9]*)>/.exec(this.#text.slice(this.#at)) ?? [];
    const number = this.#names.get(name);
    if (whole === undefined || number === undefined) throw regexpError('regexp_group_name');
    this.#at += whole.length;
    return { kind: 'reference', number, folded: this.#flags.ignoresCase };
  }

  #parenthesis(): Node {
    const before = this.#flags;
    const node = this.#group();
    if (node !== undefined) this.#flags = before;
    return node ?? { kind: 'sequence', items: [] };
  }

  /** Undefined for flags that hold to the end of the group around them, and for a comment. */
  #group(): Node | undefined {
    if (!this.#skip('?')) {
      const number = ++this.#groupCount;
      return { kind: 'group', number, item: this.#enclosed() };
    }
    for (const [mark, make] of groupKinds) {
      if (this.#skip(mark)) return make(this.#enclosed());
    }
    if (this.#skip('<')) return this.#namedGroup();
    if (this.#skip('#')) {
      const end = this.#text.indexOf(')', this.#at);
      if (end < 0) throw regexpError('regexp_parenthesis');
      this.#at = end + 1;
      return undefined;
    }
    return this.#flagGroup();
  }

  #namedGroup(): Node {
    const [whole, name = ''] = /^([A-Za-z][A-Za-z0-9]*)>/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined || this.#names.has(name)) throw regexpError('regexp_group_name');
    this.#at += whole.length;
    const number = ++this.#groupCount;
    this.#names.set(name, number);
    return { kind: 'group', number, item: this.#enclosed() };
  }

  #flagGroup(): Node | undefined {
    let isOn = true;
    let flags = this.#flags;
    for (;;) {
      const character = this.#text[this.#at] ?? '';
      const flag = flagLetters[character];
      if (character === '-' && isOn) isOn = false;
      else if (flag !== undefined) flags = { ...flags, [flag]: isOn };
      else if (character === 'w') throw notYet('the flag w of a regular expression');
      else if (character !== ')' && character !== ':')
        throw regexpSyntax(this.#text, Math.min(this.#at, this.#text.length - 1));
      this.#at += 1;
      if (character === ')') {
        this.#flags = flags;
        return undefined;
      }
      if (character === ':') {
        this.#flags = flags;
        return this.#enclosed();
      }
    }
  }

  #enclosed(): Node {
    const node = this.#choice();
    if (!this.#skip(')')) throw regexpError('regexp_parenthesis');
    return node;
  }

  #quantified(item: Node): Node {
    let node = item;
    this.#skipComments();
    const bounds = this.#bounds();
    if (bounds !== undefined) {
      const mode: RepeatMode = this.#skip('?') ? 'lazy' : this.#skip('+') ? 'possessive' : 'greedy';
      node = { kind: 'repeat', item, ...bounds, mode };
    }
    if (bounds !== undefined && this.#isQuantifier()) throw regexpSyntax(this.#text, this.#at);
    return node;
  }

  #bounds(): Readonly<{ min: number; max: number }> | undefined {
    if (this.#skip('*')) return { min: 0, max: Infinity };
    if (this.#skip('+')) return { min: 1, max: Infinity };
    if (this.#skip('?')) return { min: 0, max: 1 };
    if (!this.#skip('{')) return undefined;
    const [whole, low = '', comma, high = ''] = /^(\d+)(,)?(\d*)\}/.exec(this.#text.slice(this.#at)) ?? [];
    if (/^\d*,?\d{10,}/.test(this.#text.slice(this.#at))) throw regexpError('regexp_number');
    if (whole === undefined) throw regexpError('regexp_interval');
    this.#at += whole.length;
    const min = Number(low);
    const max = comma === undefined ? min : high === '' ? Infinity : Number(high);
    if (max < min) throw regexpError('regexp_interval_order');
    return { min, max };
  }

  /** Behind the bracket. `A - B` and `A && B` go from left to right. */
  #bracket(): CharacterSet {
    if (++this.#depth > depthMax) throw regexpError('regexp_pattern_size');
    const isNegated = this.#skip('^');
    let set: CharacterSet | undefined;
    let operator: '' | '&&' | '--' = '';
    let parts: CharacterSet[] = [];
    const settle = (): void => {
      const part = union(...parts);
      const left = set;
      if (left === undefined) set = part;
      else if (operator === '&&') set = (codePoint) => left(codePoint) && part(codePoint);
      else set = (codePoint) => left(codePoint) && !part(codePoint);
      parts = [];
    };
    for (let isFirst = true; ; isFirst = false) {
      this.#requireMore();
      const found = /^(?:&&|--)/.exec(this.#text.slice(this.#at))?.[0];
      if (found !== undefined && !isFirst) {
        settle();
        this.#at += 2;
        if (this.#text[this.#at] === ']') throw regexpSyntax(this.#text, this.#at);
        operator = found === '&&' ? '&&' : '--';
      } else if (!isFirst && this.#text.startsWith('-[', this.#at)) {
        settle();
        this.#at += 1;
        operator = '--';
      } else if (!isFirst && this.#skip(']')) {
        break;
      } else {
        parts.push(this.#setItem());
      }
    }
    settle();
    this.#depth -= 1;
    const closed = this.#cased(set ?? complement(everything));
    return isNegated ? complement(closed) : closed;
  }

  #setItem(): CharacterSet {
    if (this.#text.startsWith('[:', this.#at)) {
      const [whole, negation, name = ''] = /^\[:(\^?)([^:\]]*):\]/.exec(this.#text.slice(this.#at)) ?? [];
      if (whole !== undefined) {
        this.#at += whole.length;
        const set = namedSet(name);
        return negation === '^' ? complement(set) : set;
      }
    }
    if (this.#skip('[')) return this.#bracket();
    if (/^\\[dDhHpPsSvVwW]/.test(this.#text.slice(this.#at, this.#at + 2))) {
      this.#at += 1;
      return this.#setEscape();
    }
    const first = this.#setCharacter();
    if (
      !/^-[^\]-]/s.test(this.#text.slice(this.#at, this.#at + 2)) ||
      this.#text.startsWith('-[', this.#at)
    ) {
      if (this.#text.slice(this.#at) === '-') throw regexpError('regexp_range');
      return oneOf(first);
    }
    this.#at += 1;
    if (/^\\[dDhHpPsSvVwW]/.test(this.#text.slice(this.#at, this.#at + 2)))
      throw regexpSyntax(this.#text, this.#at + 1);
    const last = this.#setCharacter();
    if (last < first) throw regexpError('regexp_range');
    return between(first, last);
  }

  #setCharacter(): number {
    this.#requireMore();
    if (!this.#skip('\\')) {
      const character = this.#peek();
      this.#at += character.length;
      return character.codePointAt(0) ?? 0;
    }
    if (this.#at >= this.#text.length) throw regexpError('regexp_escape');
    if (this.#text[this.#at] === 'N') throw notYet('\\N in a regular expression');
    if (this.#skip('b')) return 0x08;
    return this.#escapedCharacter().codePointAt(0) ?? 0;
  }

  /** \d, \p{…} and their like, behind the backslash. */
  #setEscape(): CharacterSet {
    const character = this.#text[this.#at++] ?? '';
    const known = setEscapes[character.toLowerCase()];
    if (known !== undefined) return character === character.toLowerCase() ? known : complement(known);
    const [whole, name = ''] = /^\{([^}]*)\}/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined) throw regexpError('regexp_argument');
    this.#at += whole.length;
    const set = namedSet(name);
    return character === 'p' ? set : complement(set);
  }

  #cased(set: CharacterSet): CharacterSet {
    return this.#flags.ignoresCase ? caseClosed(set) : set;
  }

  #requireMore(): void {
    if (this.#at >= this.#text.length) throw regexpError('regexp_bracket');
  }

  /** With (?x) blanks are none of the pattern, and # begins a comment. */
  #skipComments(): void {
    if (!this.#flags.hasComments) return;
    const [blank = ''] = /^(?:\s|#[^\n\r]*)+/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += blank.length;
  }

  #peek(): string {
    const codePoint = this.#text.codePointAt(this.#at);
    return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
  }

  #skip(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }
}

function assertion(test: Assertion): Node {
  return { kind: 'assertion', test };
}

const groupKinds: readonly (readonly [mark: string, make: (item: Node) => Node])[] = [
  [':', (item) => item],
  ['=', (item) => ({ kind: 'look', behind: false, negated: false, item })],
  ['!', (item) => ({ kind: 'look', behind: false, negated: true, item })],
  ['<=', (item) => ({ kind: 'look', behind: true, negated: false, item })],
  ['<!', (item) => ({ kind: 'look', behind: true, negated: true, item })],
  ['>', (item) => ({ kind: 'atomic', item })],
];

const flagLetters: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoresCase',
  m: 'isMultiline',
  s: 'dotMatchesAll',
  d: 'hasUnixLines',
  x: 'hasComments',
};

const numericEscapes: readonly Readonly<{ pattern: RegExp; base: number }>[] = [
  { pattern: /^x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{1,2}))/, base: 16 },
  { pattern: /^u([0-9A-Fa-f]{4})/, base: 16 },
  { pattern: /^U([0-9A-Fa-f]{8})/, base: 16 },
  { pattern: /^0([0-7]{1,3})/, base: 8 },
];

const controlEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const setEscapes: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  h: blanks,
  s: whiteSpace,
  v: lineEnds,
  w: wordCharacters,
};

/** \R */
const lineBreak: Node = {
  kind: 'atomic',
  item: {
    kind: 'choice',
    branches: [
      { kind: 'text', text: '\r\n', folded: false },
      { kind: 'set', set: lineEnds },
    ],
  },
};
