import { type LexerOptions, mysqlLexing } from '../../../sql/token.ts';
import type { QueryContext } from '../../query.ts';

/** Upper-case words of the session's sql_mode. */
export function sqlModeOf(context: QueryContext): ReadonlySet<string> {
  const text = String(context.variable('sql_mode') ?? '').toUpperCase();
  return new Set(text.split(',').map((word) => word.trim()));
}

/** How texts are read under a sql_mode. */
export function lexingOf(sqlMode: ReadonlySet<string>): LexerOptions {
  return {
    ...mysqlLexing,
    ansiQuotes: sqlMode.has('ANSI_QUOTES') || sqlMode.has('ANSI'),
    noBackslashEscapes: sqlMode.has('NO_BACKSLASH_ESCAPES'),
  };
}

/** Tells whether a value that does not fit is an error rather than a warning. */
export function isStrict(sqlMode: ReadonlySet<string>): boolean {
  return sqlMode.has('STRICT_TRANS_TABLES') || sqlMode.has('STRICT_ALL_TABLES') || sqlMode.has('TRADITIONAL');
}
