import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** True for EXPLAIN [FORMAT = x] FOR CONNECTION n. */
export function isOfConnection(tokens: readonly Token[]): boolean {
  if (!['EXPLAIN', 'DESCRIBE', 'DESC'].includes(tokens[0]?.upper ?? '')) return false;
  const at = tokens[1]?.upper === 'FORMAT' ? 4 : 1;
  return tokens[at]?.upper === 'FOR' && tokens[at + 1]?.upper === 'CONNECTION';
}

/** The connection's number. Throws `syntax`. */
export function parseExplainConnection(tokens: readonly Token[], text: string): number {
  const reader = new TokenReader(tokens, text);
  reader.expectOneOf('EXPLAIN', 'DESCRIBE', 'DESC');
  if (reader.accept('FORMAT')) {
    reader.expectOperator('=');
    reader.nameOrString();
  }
  reader.expect('FOR', 'CONNECTION');
  const connection = reader.integer();
  reader.expectEnd();
  return connection;
}
