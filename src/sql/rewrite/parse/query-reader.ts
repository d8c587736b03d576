import { TokenReader } from '../../token-reader.ts';
import type { Token } from '../../token.ts';
import type { Expression, Query } from '../ast.ts';
import { deprecated, oldCharacterSet, type TextWarning } from '../text-warning.ts';

/** Operators of one left-deep chain such as `a + b + c …`; each is a level of the tree that later passes walk. */
export const chainMax = 400;

/** What the client wrote between two offsets, where the text has values in the place of `?`: it names columns. */
export type WrittenText = (start: number, end: number) => string;

/** Half-open range of offsets in the text of a statement. */
export type Span = Readonly<{ start: number; end: number }>;

/** A query or a piece of one. */
export type QuerySource = Readonly<{
  tokens: readonly Token[];
  /** The text that the tokens' offsets count in. */
  text: string;
  /** Upper-case words of sql_mode. */
  modes: ReadonlySet<string>;
  /** The number of the first `?`. */
  firstParameter?: number;
  written?: WrittenText | undefined;
  /** Gathers where whole expressions stand. */
  spans?: Map<Expression, Span>;
}>;

/** The parts of the grammar that contain one another; handed in, so that their files need not import in circles. */
export interface Grammar {
  expression(reader: QueryReader): Expression;
  /** `bit_expr`: what binds tighter than a comparison. */
  bits(reader: QueryReader): Expression;
  query(reader: QueryReader): Query;
}

/** Reads the tokens of a query, and carries what its rules need beside them. */
export type QueryReader = TokenReader & {
  readonly grammar: Grammar;
  readonly modes: ReadonlySet<string>;
  readonly written: WrittenText;
  readonly spans: Map<Expression, Span> | undefined;
  /** What MySQL warns of in the text. */
  readonly warnings: TextWarning[];
  /** The number that the next `?` will have. */
  nextParameter: number;
};

export function queryReader(grammar: Grammar, source: QuerySource): QueryReader {
  const { tokens, text, modes, firstParameter = 1 } = source;
  return Object.assign(new TokenReader(tokens, text, { showsSecrets: true }), {
    grammar,
    modes,
    spans: source.spans,
    warnings: [] as TextWarning[],
    written: source.written ?? ((start: number, end: number) => text.slice(start, end)),
    nextParameter: firstParameter,
  });
}

/** Notes a spelling that MySQL is going to take back, and what to write `instead`. */
export function noteDeprecated(reader: QueryReader, what: string, instead: string): void {
  reader.warnings.push(deprecated(what, instead));
}

/** Notes the name of a character set that has a better one. */
export function noteCharacterSet(reader: QueryReader, name: string): void {
  const warning = oldCharacterSet(name);
  if (warning !== undefined) reader.warnings.push(warning);
}

/** Reads a `?` and numbers it by its place in the statement. */
export function readParameter(reader: QueryReader): Expression {
  reader.next();
  return { kind: 'parameter', number: reader.nextParameter++ };
}

/** The client's own text from an offset to the end of the last token read. */
export function writtenFrom(reader: QueryReader, start: number): string {
  return reader.written(start, reader.sourceFrom(start).end);
}

/** A whole expression, one level deeper. */
export function readExpression(reader: QueryReader): Expression {
  const { start } = reader.peek();
  const node = reader.nested(() => reader.grammar.expression(reader));
  reader.spans?.set(node, reader.spanFrom(start));
  return node;
}

/** What binds tighter than a comparison. */
export function readBits(reader: QueryReader): Expression {
  return reader.grammar.bits(reader);
}

/** A query expression, one level deeper. */
export function readQuery(reader: QueryReader): Query {
  return reader.nested(() => reader.grammar.query(reader));
}

/** `( query )`. */
export function readSubquery(reader: QueryReader): Query {
  return reader.parenthesized(() => readQuery(reader));
}
