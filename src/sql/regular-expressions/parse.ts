import { notYet } from '../not-yet.ts';
import { complement, everything, foldedText, lineEnds, oneOf } from './character-sets.ts';
import { regexpError } from './errors.ts';
import type { Assertion, Flags, Node, Pattern, RepeatMode } from './nodes.ts';
import { escapedCharacter } from './parse-escape.ts';
import { bracketedSet, cased, escapedSet } from './parse-set.ts';
import { PatternText } from './pattern-text.ts';

const lineFeed = 0x0a;

/** Reads a pattern as ICU does (its user guide, "Regular Expressions"). Throws SqlError by MySQL's numbers. */
export function parseRegexp(text: string, flags: Flags): Pattern {
  // ICU calls an empty pattern an illegal argument.
  if (text === '') throw regexpError('regexp_argument');
  const reader = new PatternReader(text, flags);
  return reader.read();
}

class PatternReader {
  readonly #text: PatternText;
  #flags: Flags;
  #groupCount = 0;
  readonly #names = new Map<string, number>();
  /** References to groups, checked when all groups are known. */
  readonly #references: number[] = [];

  constructor(text: string, flags: Flags) {
    this.#text = new PatternText(text);
    this.#flags = flags;
  }

  read(): Pattern {
    const node = this.#choice();
    if (!this.#text.isAtEnd) throw regexpError('regexp_parenthesis');
    if (this.#references.some((number) => number > this.#groupCount))
      throw regexpError('regexp_back_reference');
    return { node, groupCount: this.#groupCount, names: this.#names };
  }

  #choice(): Node {
    this.#text.enter();
    const branches = [this.#sequence()];
    while (this.#text.skip('|')) branches.push(this.#sequence());
    this.#text.leave();
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'choice', branches };
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (;;) {
      this.#skipComments();
      if (this.#text.isAtEnd || this.#text.is(/^[|)]/)) return { kind: 'sequence', items };
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
    return this.#text.is(/^[*+?{]/);
  }

  /** One character that stands for itself, plain or escaped; undefined for what is something else. */
  #literal(): string | undefined {
    const character = this.#text.peek();
    if (character === '\\') return this.#escapedLiteral();
    if (character === '' || '|()[.^$'.includes(character)) return undefined;
    if ('*+?{}'.includes(character)) throw this.#text.syntaxError();
    return this.#text.take();
  }

  #escapedLiteral(): string | undefined {
    const text = this.#text;
    if (text.skip(String.raw`\Q`)) return text.takeUntil(String.raw`\E`) ?? text.takeRest();
    if (text.is(/^\\[1-9AbBdDGhHkNpPRsSvVwWXzZ]/)) return undefined;
    text.skip('\\');
    if (text.isAtEnd) throw regexpError('regexp_escape');
    return escapedCharacter(text);
  }

  #atom(): Node {
    const character = this.#text.take();
    const { isMultiline, hasUnixLines } = this.#flags;
    switch (character) {
      case '(':
        return this.#parenthesis();
      case '[':
        return { kind: 'set', set: bracketedSet(this.#text, this.#flags.ignoresCase) };
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
    const character = this.#text.peek();
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
        this.#text.take();
        return { kind: 'grapheme' };
      case 'R':
        this.#text.take();
        return lineBreak;
      case 'k':
        return this.#namedReference();
      case 'N':
        throw notYet('\\N in a regular expression');
      default:
        return /[1-9]/.test(character)
          ? this.#reference()
          : { kind: 'set', set: cased(escapedSet(this.#text), this.#flags.ignoresCase) };
    }
  }

  #assertion(test: Assertion): Node {
    this.#text.take();
    return assertion(test);
  }

  /** As many digits as there may be groups. */
  #reference(): Node {
    const opened = this.#text.count(/\((?!\?)/g);
    let number = Number(this.#text.take());
    while (this.#text.is(/^\d/) && number * 10 + Number(this.#text.peek()) <= opened) {
      number = number * 10 + Number(this.#text.take());
    }
    this.#references.push(number);
    return { kind: 'reference', number, folded: this.#flags.ignoresCase };
  }

  #namedReference(): Node {
    const [name = ''] = this.#text.takeForm(/^k<([A-Za-z][A-Za-z0-9]*)>/) ?? [];
    const number = this.#names.get(name);
    if (number === undefined) throw regexpError('regexp_group_name');
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
    if (!this.#text.skip('?')) {
      const number = ++this.#groupCount;
      return { kind: 'group', number, item: this.#enclosed() };
    }
    for (const [mark, make] of groupKinds) {
      if (this.#text.skip(mark)) return make(this.#enclosed());
    }
    if (this.#text.skip('<')) return this.#namedGroup();
    if (this.#text.skip('#')) {
      if (this.#text.takeUntil(')') === undefined) throw regexpError('regexp_parenthesis');
      return undefined;
    }
    return this.#flagGroup();
  }

  #namedGroup(): Node {
    const [name] = this.#text.takeForm(/^([A-Za-z][A-Za-z0-9]*)>/) ?? [];
    if (name === undefined || this.#names.has(name)) throw regexpError('regexp_group_name');
    const number = ++this.#groupCount;
    this.#names.set(name, number);
    return { kind: 'group', number, item: this.#enclosed() };
  }

  #flagGroup(): Node | undefined {
    let isOn = true;
    let flags = this.#flags;
    for (;;) {
      const character = this.#text.peek();
      const flag = flagLetters[character];
      if (character === '-' && isOn) isOn = false;
      else if (flag !== undefined) flags = { ...flags, [flag]: isOn };
      else if (character === 'w') throw notYet('the flag w of a regular expression');
      else if (character !== ')' && character !== ':') throw this.#text.syntaxError();
      this.#text.take();
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
    if (!this.#text.skip(')')) throw regexpError('regexp_parenthesis');
    return node;
  }

  #quantified(item: Node): Node {
    this.#skipComments();
    const bounds = this.#bounds();
    if (bounds === undefined) return item;
    const mode: RepeatMode = this.#text.skip('?') ? 'lazy' : this.#text.skip('+') ? 'possessive' : 'greedy';
    if (this.#isQuantifier()) throw this.#text.syntaxError();
    return { kind: 'repeat', item, ...bounds, mode };
  }

  #bounds(): Readonly<{ min: number; max: number }> | undefined {
    if (this.#text.skip('*')) return { min: 0, max: Infinity };
    if (this.#text.skip('+')) return { min: 1, max: Infinity };
    if (this.#text.skip('?')) return { min: 0, max: 1 };
    if (!this.#text.skip('{')) return undefined;
    if (this.#text.is(/^\d*,?\d{10,}/)) throw regexpError('regexp_number');
    const bounds = this.#text.takeForm(/^(\d+)(,)?(\d*)\}/);
    if (bounds === undefined) throw regexpError('regexp_interval');
    const [low, comma, high] = bounds;
    const min = Number(low);
    const max = comma === undefined ? min : high === '' ? Infinity : Number(high);
    if (max < min) throw regexpError('regexp_interval_order');
    return { min, max };
  }

  /** With (?x) blanks are none of the pattern, and # begins a comment. */
  #skipComments(): void {
    if (!this.#flags.hasComments) return;
    this.#text.takeForm(/^(?:\s|#[^\n\r]*)+/);
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
