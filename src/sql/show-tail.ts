import type { ShowTail } from './statement.ts';
import type { TokenReader } from './token-reader.ts';

/** LIKE or WHERE, then ORDER BY, then LIMIT, each if it is there. Conditions are kept as text. */
export function readTail(reader: TokenReader): ShowTail {
  const like = reader.accept('LIKE') ? reader.string() : undefined;
  const where = like === undefined && reader.accept('WHERE') ? reader.source(endsClause) : undefined;
  const orderBy = reader.accept('ORDER', 'BY') ? reader.source(endsClause) : undefined;
  const limit = reader.accept('LIMIT') ? readLimit(reader) : undefined;
  return {
    ...(like === undefined ? {} : { like }),
    ...(where === undefined ? {} : { where }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function endsClause(reader: TokenReader): boolean {
  return reader.isWord('LIMIT') || reader.isPhrase('ORDER', 'BY');
}

/** `n`, `offset, n` or `n OFFSET offset`. */
function readLimit(reader: TokenReader): Readonly<{ offset: number; count: number }> {
  const first = reader.integer();
  if (reader.acceptOperator(',')) return { offset: first, count: reader.integer() };
  return { offset: reader.accept('OFFSET') ? reader.integer() : 0, count: first };
}
