import type { Cell } from '../base/rows.ts';
import { bulkInsertHead } from '../sql/bulk-insert.ts';
import { tokenize } from '../sql/lexer.ts';
import type { LexerOptions, Token } from '../sql/token.ts';
import type { SessionState } from './session-state.ts';

/** What a statement's handler works with. */
export type Call = Readonly<{
  text: string;
  tokens: readonly Token[];
  parameters: readonly Cell[];
  state: SessionState;
  signal: AbortSignal;
}>;

/** A statement's tokens; of a long INSERT those before its rows, which the engine alone reads. */
export function headOrAll(text: string, lexing: LexerOptions): readonly Token[] {
  return bulkInsertHead(text, lexing) ?? tokenize(text, lexing);
}
