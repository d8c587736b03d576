import type { TextPosition } from '../base/sql-error.ts';

/**
 * MySQL's lexical elements. One lexer serves the splitter, the classifier, the redactor, the DDL parser and the
 * rewriter; comments and blanks produce no token but stay reachable through offsets.
 */
export type TokenKind =
  | 'word' // bare identifier or keyword, as written; `upper` holds the upper-case form
  | 'quoted' // `backquoted` identifier; `value` holds the name
  | 'string' // '…' or "…" (also N'…'); `value` holds the decoded text
  | 'hex' // x'…' or 0x…; `value` holds the hex digits
  | 'bit' // b'…' or 0b…; `value` holds the binary digits
  | 'number' // 12, 1.5, .5, 1e3; `value` as written
  | 'user_variable' // @name, @'name', @`name`; `value` holds the name
  | 'system_variable' // @@name, @@session.name, @@global.name; `value` holds what follows @@
  | 'parameter' // ?
  | 'operator' // everything else: ( ) , . ; = <=> := || && -> ->> …
  | 'end';

export type Token = Readonly<{
  kind: TokenKind;
  /** As written in the text. */
  text: string;
  /** Decoded value; equals `text` where there is nothing to decode. */
  value: string;
  /** `value` in upper case for words, else empty: keyword tests read this and so never match a quoted name. */
  upper: string;
  /** Half-open range of UTF-16 offsets in the text given to the lexer. */
  start: number;
  end: number;
  /** `'` or `"` of a string token. */
  quote?: "'" | '"';
  /** Character-set introducer before a string or x'…', which it makes a string: `_binary`, `_utf8mb4`. The token begins at the introducer. */
  introducer?: string;
  /** Inside an executed comment `/*!50100`. */
  versioned?: boolean;
  /** A blank or comment stands before this token (`count (` is not `count(`). */
  spaceBefore: boolean;
}>;

export type LexerOptions = Readonly<{
  /** `/*!NNNNN` is read as SQL when NNNNN is at most this number (MySQL's version form, 80036). */
  versionNumber: number;
  /** sql_mode ANSI_QUOTES: "…" is a name. */
  ansiQuotes: boolean;
  /** sql_mode NO_BACKSLASH_ESCAPES. */
  noBackslashEscapes: boolean;
  /** StarRocks' rules inside the backup dialect: `#` is no comment, `/*!` is a plain comment, `1repo` is a name. */
  dialect: 'mysql' | 'starrocks';
}>;

export const mysqlLexing: LexerOptions = {
  versionNumber: 80036,
  ansiQuotes: false,
  noBackslashEscapes: false,
  dialect: 'mysql',
};

/** The backup dialect's rules. */
export const starrocksLexing: LexerOptions = { ...mysqlLexing, dialect: 'starrocks' };

export type { TextPosition };
