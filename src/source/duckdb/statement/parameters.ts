import type { Cell } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { LexerOptions, Token } from '../../../sql/token.ts';
import type { QueryParameters } from '../../query.ts';

/** A statement with values in the place of its `?`. */
export type Bound = Readonly<{
  text: string;
  /** What the client wrote between two offsets of `text`: the names of columns show `?`, not its value. */
  written: (start: number, end: number) => string;
}>;

/** Where a value stands in the bound text. */
type Place = Readonly<{ start: number; end: number }>;

/** The statement with its `?` replaced by literals: every path below then sees one kind of statement. */
export function bindParameters(text: string, parameters: QueryParameters, lexing: LexerOptions): string {
  return bindWritten(text, parameters, lexing).text;
}

/** As `bindParameters`, and keeps what was written. */
export function bindWritten(text: string, parameters: QueryParameters, lexing: LexerOptions): Bound {
  if (parameters.length === 0) return { text, written: (start, end) => text.slice(start, end) };
  let bound = '';
  let last = 0;
  const places: Place[] = [];
  const tokens = tokenize(text, lexing);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'parameter') continue;
    bound += text.slice(last, token.start);
    const value = parameters[places.length] ?? null;
    const literal = limits(tokens, index) ? limitOf(value) : literalOf(value, lexing);
    places.push({ start: bound.length, end: bound.length + literal.length });
    bound += literal;
    last = token.end;
  }
  if (places.length !== parameters.length) {
    throw new SqlError('wrong_argument_count', 'Incorrect arguments to EXECUTE');
  }
  bound += text.slice(last);
  return { text: bound, written: (start, end) => writtenText(bound, places, start, end) };
}

/** Values with which a statement can be described before it is run: NULL, and 0 where LIMIT wants a number. */
export function describingParameters(tokens: readonly Token[]): QueryParameters {
  return tokens.flatMap((token, index) =>
    token.kind === 'parameter' ? [limits(tokens, index) ? 0 : null] : [],
  );
}

function writtenText(bound: string, places: readonly Place[], start: number, end: number): string {
  let text = '';
  let last = start;
  for (const place of places) {
    if (place.start < start || place.end > end) continue;
    text += `${bound.slice(last, place.start)}?`;
    last = place.end;
  }
  return text + bound.slice(last, end);
}

/** True for a `?` of LIMIT or OFFSET, where the grammar takes a whole number only. */
function limits(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before?.text === ',') return tokens[index - 3]?.upper === 'LIMIT';
  return before?.kind === 'word' && (before.upper === 'LIMIT' || before.upper === 'OFFSET');
}

/** Clients send the numbers of LIMIT as doubles, and as text. */
function limitOf(value: Cell): string {
  const text = String(value as string | number | bigint | null);
  if (/^\d+$/.test(text)) return text;
  throw new SqlError('wrong_argument_count', 'Incorrect arguments to LIMIT');
}

/** A value as a MySQL literal. */
function literalOf(value: Cell, lexing: LexerOptions): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'NULL';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `_binary x'${Buffer.from(value).toString('hex')}'`;
  const escaped = lexing.noBackslashEscapes ? value : value.replaceAll('\\', '\\\\');
  return `'${escaped.replaceAll("'", "''")}'`;
}
