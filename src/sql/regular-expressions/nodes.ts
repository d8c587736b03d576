import type { CharacterSet } from './character-sets.ts';

/** A regular expression of ICU, read. */
export type Node =
  /** One code point. `allowsPair`: a carriage return and a line feed are one. */
  | Readonly<{ kind: 'set'; set: CharacterSet; allowsPair?: true }>
  /** `folded`: without case, and `text` is folded. */
  | Readonly<{ kind: 'text'; text: string; folded: boolean }>
  | Readonly<{ kind: 'sequence'; items: readonly Node[] }>
  | Readonly<{ kind: 'choice'; branches: readonly Node[] }>
  | Readonly<{ kind: 'repeat'; item: Node; min: number; max: number; mode: RepeatMode }>
  | Readonly<{ kind: 'group'; number: number; item: Node }>
  | Readonly<{ kind: 'atomic'; item: Node }>
  | Readonly<{ kind: 'look'; behind: boolean; negated: boolean; item: Node }>
  | Readonly<{ kind: 'reference'; number: number; folded: boolean }>
  | Readonly<{ kind: 'assertion'; test: Assertion }>
  /** \X */
  | Readonly<{ kind: 'grapheme' }>;

export type RepeatMode = 'greedy' | 'lazy' | 'possessive';

export type Assertion =
  | 'textStart'
  | 'lineStart'
  | 'unixLineStart'
  | 'textEnd'
  | 'lastLineEnd'
  | 'lineEnd'
  | 'unixLastLineEnd'
  | 'unixLineEnd'
  | 'wordBorder'
  | 'noWordBorder'
  | 'matchStart';

/** match_type: of MySQL, or (?imsxd) of ICU. */
export type Flags = Readonly<{
  ignoresCase: boolean;
  isMultiline: boolean;
  dotMatchesAll: boolean;
  hasUnixLines: boolean;
  hasComments: boolean;
}>;

export type Pattern = Readonly<{ node: Node; groupCount: number; names: ReadonlyMap<string, number> }>;
