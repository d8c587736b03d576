import { type LexerOptions, mysqlLexing } from '../sql/token.ts';
import type { SessionState } from './session-state.ts';

/** The lexer's rules under the session's sql_mode. */
export function lexingOf(state: Pick<SessionState, 'variables'>): LexerOptions {
  const modes = String(state.variables.get('sql_mode') ?? '').toUpperCase();
  return {
    ...mysqlLexing,
    ansiQuotes: modes.includes('ANSI_QUOTES') || /\bANSI\b/.test(modes),
    noBackslashEscapes: modes.includes('NO_BACKSLASH_ESCAPES'),
  };
}
