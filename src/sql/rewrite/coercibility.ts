import { SqlError, type SqlErrorKind } from '../../base/sql-error.ts';
import { characterSetOf, findCharacterSet } from '../ddl/character-sets.ts';

/** How little a text's collation gives way to another one, as COERCIBILITY() has it (manual, "Collation Coercibility in Expressions"). */
const ranks = {
  /** COLLATE. */
  explicit: 0,
  /** A column, a user variable, CAST. */
  implicit: 2,
  /** USER() and its like. */
  sysconst: 3,
  /** A literal. */
  coercible: 4,
  /** A number or a date. */
  numeric: 5,
  /** NULL. */
  ignorable: 6,
  /** Columns of two collations put together. */
  none: 7,
} as const;

export type Coercibility = keyof typeof ranks;

/** `ascii`: it has no other characters, and is of every character set. */
export type Collated = Readonly<{ collation: string; coercibility: Coercibility; ascii?: boolean }>;

/** The number that COERCIBILITY() gives. */
export function coercibilityNumber(coercibility: Coercibility): number {
  return ranks[coercibility];
}

/** What is asked for: a common collation for a result may be none, one to compare by may not. */
export type Purpose = 'result' | 'comparison';

/**
 * The collation of which texts are together, or by which they are compared. Throws SqlError `illegal_collation_mix` and its
 * kin, by the number of texts, where none goes before the others.
 */
export function commonCollation(texts: readonly Collated[], operation: string, purpose: Purpose): Collated {
  const [first, ...others] = texts;
  if (first === undefined) return { collation: 'binary', coercibility: 'ignorable' };
  let common: Collated | 'different sets' = first;
  let isMixed = false;
  for (const text of others) {
    if (isMixed && !endsMix(text, common)) continue;
    const before: Collated | 'different sets' = common;
    const found: ReturnType<typeof stronger> =
      isMixed || typeof before === 'string' ? text : stronger(before, text);
    if (found === 'both explicit') throw illegalMix(texts, operation);
    isMixed = typeof found === 'string' || (found !== text && found !== before);
    common = found;
  }
  if (typeof common === 'string' || (common.coercibility === 'none' && purpose === 'comparison')) {
    throw illegalMix(texts, operation);
  }
  return common;
}

/** What goes before texts that have no common collation. */
function endsMix(text: Collated, mixed: Collated | 'different sets'): boolean {
  if (text.coercibility === 'explicit') return true;
  if (typeof mixed === 'string' || text.coercibility !== 'implicit') return false;
  return characterSetOf(text.collation) !== characterSetOf(mixed.collation);
}

function stronger(left: Collated, right: Collated): Collated | 'different sets' | 'both explicit' {
  const [leftRank, rightRank] = [ranks[left.coercibility], ranks[right.coercibility]];
  const lower = leftRank <= rightRank ? left : right;
  if (left.collation === right.collation) return lower;
  if (left.collation === 'binary' || right.collation === 'binary') {
    if (leftRank === rightRank) return left.collation === 'binary' ? left : right;
    return lower;
  }
  const [leftSet, rightSet] = [characterSetOf(left.collation), characterSetOf(right.collation)];
  if (leftSet !== rightSet) {
    if (includes(left, right)) return left;
    if (includes(right, left)) return right;
    const isLiteral = Math.max(leftRank, rightRank) >= ranks.sysconst;
    return leftRank !== rightRank && isLiteral ? lower : 'different sets';
  }
  if (leftRank !== rightRank) return lower;
  if (left.coercibility === 'explicit') return 'both explicit';
  if (left.collation.endsWith('_bin')) return left;
  if (right.collation.endsWith('_bin')) return right;
  return { collation: `${leftSet}_bin`, coercibility: 'none' };
}

/** Whether every character of the right text is in the left one's set, and the left one gives way no sooner. */
function includes(left: Collated, right: Collated): boolean {
  const [leftRank, rightRank] = [ranks[left.coercibility], ranks[right.coercibility]];
  if (leftRank > rightRank) return false;
  const isStronger = leftRank < rightRank;
  if (right.ascii === true && (isStronger || left.ascii !== true)) return true;
  const [leftSet, rightSet] = [characterSetOf(left.collation), characterSetOf(right.collation)];
  if (!unicode.has(leftSet)) return false;
  return isStronger || !unicode.has(rightSet) || (wide.has(leftSet) && !wide.has(rightSet));
}

const unicode: ReadonlySet<string> = new Set(['utf8mb4', 'utf8mb3', 'ucs2', 'utf16', 'utf16le', 'utf32']);
/** With characters beyond U+FFFF. */
const wide: ReadonlySet<string> = new Set(['utf8mb4', 'utf16', 'utf16le', 'utf32']);

function illegalMix(texts: readonly Collated[], operation: string): SqlError {
  const shown = texts.map(({ collation, coercibility }) => `(${collation},${coercibility.toUpperCase()})`);
  const kind: SqlErrorKind =
    texts.length === 2
      ? 'illegal_collation_mix'
      : texts.length === 3
        ? 'illegal_mix_of_three'
        : 'illegal_mix_of_many';
  const list =
    texts.length === 2 ? `${shown.join(' and ')} ` : texts.length === 3 ? `${shown.join(', ')} ` : '';
  return new SqlError(kind, `Illegal mix of collations ${list}for operation '${operation}'`, {
    hint: 'Say COLLATE behind one of them.',
  });
}

/** Windows-1252 beyond Latin-1: what MySQL's latin1 has in the place of control characters. */
const latin1Others = /^[\0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/u;

const fits: Readonly<Record<string, RegExp>> = {
  ascii: /^[\0-\u007f]*$/u,
  latin1: latin1Others,
  utf8mb3: /^[\0-\uffff]*$/u,
  ucs2: /^[\0-\uffff]*$/u,
};

/** A literal beside a text of another character set must have its characters. Throws SqlError `cannot_convert_text`. */
export function requireConvertible(literal: string, from: string, to: string): void {
  const [fromSet, toSet] = [characterSetOf(from), characterSetOf(to)];
  if (fromSet === toSet || fits[toSet]?.test(literal) !== false) return;
  throw cannotConvert(Buffer.from(literal), from, to);
}

/** From the character set of one collation to that of another. */
export function cannotConvert(bytes: Buffer, from: string, to: string): SqlError {
  const text = `Cannot convert string '${escaped(bytes)}' from ${characterSetOf(from)} to ${characterSetOf(to)}`;
  return new SqlError('cannot_convert_text', text);
}

/** Those beyond ASCII as `\xE4`. */
function escaped(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/[^ -~]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** COLLATE behind a text of another character set. Throws SqlError `collation_not_valid`. */
export function requireValidCollation(collation: string, characterSet: string): void {
  if (characterSetOf(collation) === characterSet) return;
  const shown = findCharacterSet(characterSet)?.name ?? characterSet;
  throw new SqlError(
    'collation_not_valid',
    `COLLATION '${collation}' is not valid for CHARACTER SET '${shown}'`,
  );
}
