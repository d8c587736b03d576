import type { Statement } from './statement.ts';

/** What the generated parser (`generated/dialect-parser.ts`) exports. */
export type DialectParser = Readonly<{
  parse: (text: string, options: DialectParserOptions) => ParsedStatement;
  SyntaxError: new (...arguments_: never[]) => DialectSyntaxError;
}>;

export type DialectParserOptions = Readonly<{
  /** A word that is a name only in backquotes, in any case. */
  isReserved: (word: string) => boolean;
  /** The text of a string or backquoted name. */
  unquote: (quoted: string) => string;
}>;

/** A statement before the refusals of `dialect.ts`. */
export type ParsedStatement =
  Statement | Readonly<{ kind: 'cancel'; job: 'BACKUP' | 'RESTORE'; scope: Readonly<{ kind: 'unnamed' }> }>;

export type DialectSyntaxError = Error &
  Readonly<{
    /** What could have stood at the farthest place reached. */
    expected: readonly ExpectedInput[] | null;
    location: Readonly<{ start: Readonly<{ offset: number }> }>;
  }>;

export type ExpectedInput = Readonly<{
  type: 'other' | 'literal' | 'end' | 'class' | 'any' | 'not';
  description?: string;
  text?: string;
}>;
