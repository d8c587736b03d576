import { notYet } from '../not-yet.ts';
import {
  between,
  blanks,
  caseClosed,
  type CharacterSet,
  complement,
  digits,
  everything,
  lineEnds,
  namedSet,
  oneOf,
  union,
  whiteSpace,
  wordCharacters,
} from './character-sets.ts';
import { regexpError } from './errors.ts';
import { escapedCharacter } from './parse-escape.ts';
import type { PatternText } from './pattern-text.ts';

/** Reads a set, behind its bracket. `A - B` and `A && B` go from left to right. */
export function bracketedSet(text: PatternText, ignoresCase: boolean): CharacterSet {
  text.enter();
  const isNegated = text.skip('^');
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
    requireMore(text);
    const found = isFirst ? undefined : setOperator(text);
    if (found !== undefined) {
      settle();
      operator = found;
    } else if (!isFirst && text.skip(']')) {
      break;
    } else {
      parts.push(setItem(text, ignoresCase));
    }
  }
  settle();
  text.leave();
  const closed = cased(set ?? complement(everything), ignoresCase);
  return isNegated ? complement(closed) : closed;
}

/** Reads what joins the parts of a set; undefined where another part follows. */
function setOperator(text: PatternText): '&&' | '--' | undefined {
  const operator = text.skip('&&') ? '&&' : text.skip('--') ? '--' : undefined;
  if (operator !== undefined && text.startsWith(']')) throw text.syntaxError();
  if (operator !== undefined) return operator;
  // The bracket that follows is a part of its own.
  return text.startsWith('-[') && text.skip('-') ? '--' : undefined;
}

function setItem(text: PatternText, ignoresCase: boolean): CharacterSet {
  const posix = text.takeForm(/^\[:(\^?)([^:\]]*):\]/);
  if (posix !== undefined) {
    const [negation, name = ''] = posix;
    const set = namedSet(name);
    return negation === '^' ? complement(set) : set;
  }
  if (text.skip('[')) return bracketedSet(text, ignoresCase);
  if (text.is(setEscapeForm)) {
    text.skip('\\');
    return escapedSet(text);
  }
  const first = setCharacter(text);
  if (!text.is(/^-[^\]-]/) || text.startsWith('-[')) {
    if (text.is(/^-$/)) throw regexpError('regexp_range');
    return oneOf(first);
  }
  text.skip('-');
  if (text.is(setEscapeForm)) {
    text.skip('\\');
    throw text.syntaxError();
  }
  const last = setCharacter(text);
  if (last < first) throw regexpError('regexp_range');
  return between(first, last);
}

const setEscapeForm = /^\\[dDhHpPsSvVwW]/;

function setCharacter(text: PatternText): number {
  requireMore(text);
  if (!text.skip('\\')) return text.take().codePointAt(0) ?? 0;
  if (text.isAtEnd) throw regexpError('regexp_escape');
  if (text.startsWith('N')) throw notYet('\\N in a regular expression');
  if (text.skip('b')) return 0x08;
  return escapedCharacter(text).codePointAt(0) ?? 0;
}

/** Reads \d, \p{…} and their like, behind the backslash. */
export function escapedSet(text: PatternText): CharacterSet {
  const character = text.take();
  const known = setEscapes[character.toLowerCase()];
  if (known !== undefined) return character === character.toLowerCase() ? known : complement(known);
  const [name] = text.takeForm(/^\{([^}]*)\}/) ?? [];
  if (name === undefined) throw regexpError('regexp_argument');
  const set = namedSet(name);
  return character === 'p' ? set : complement(set);
}

export function cased(set: CharacterSet, ignoresCase: boolean): CharacterSet {
  return ignoresCase ? caseClosed(set) : set;
}

function requireMore(text: PatternText): void {
  if (text.isAtEnd) throw regexpError('regexp_bracket');
}

const setEscapes: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  h: blanks,
  s: whiteSpace,
  v: lineEnds,
  w: wordCharacters,
};
