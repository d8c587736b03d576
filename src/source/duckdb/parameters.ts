import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { tokenize } from '../../sql/lexer.ts';
import type { LexerOptions } from '../../sql/token.ts';
import type { QueryParameters } from '../query.ts';

/** The statement with its `?` replaced by literals: every path below then sees one kind of statement. */
export function bindParameters(text: string, parameters: QueryParameters, lexing: LexerOptions): string {
  if (parameters.length === 0) return text;
  let bound = '';
  let last = 0;
  let next = 0;
  for (const token of tokenize(text, lexing)) {
    if (token.kind !== 'parameter') continue;
    bound += text.slice(last, token.start) + literalOf(parameters[next] ?? null, lexing);
    last = token.end;
    next += 1;
  }
  if (next !== parameters.length) {
    throw new SqlError('wrong_argument_count', 'Incorrect arguments to EXECUTE');
  }
  return bound + text.slice(last);
}

/** A value as a MySQL literal. */
function literalOf(value: Cell, lexing: LexerOptions): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'NULL';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  const escaped = lexing.noBackslashEscapes ? value : value.replaceAll('\\', '\\\\');
  return `'${escaped.replaceAll("'", "''")}'`;
}
