import type { Expression } from '../ast.ts';
import { asText } from '../conversions.ts';
import { searchedText } from '../functions/searches.ts';
import { notSupported } from '../not-supported.ts';
import { render, type Environment } from '../environment.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { booleanType, commonText, exactTextType, type Rendered, type TextType } from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** LIKE goes by the characters of the collation, and has the backslash as its escape unless told. */
export function renderLike(node: Node<'like'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  const pattern = render(node.pattern, environment);
  const escape = node.escape === undefined ? '\\' : (render(node.escape, environment).literal ?? '\\');
  if (/\p{L}/u.test(escape)) notSupported('a letter as the ESCAPE of LIKE');
  const isBytes = operand.type.kind === 'binary' || pattern.type.kind === 'binary';
  const type = isBytes ? exactTextType : commonText([operand.type, pattern.type], 'like');
  const operator = `${node.negated ? 'NOT ' : ''}LIKE`;
  const text = searchedText(asText(operand), type);
  const { sql, hasEscape } = patternSql(pattern, escape, type);
  const clause = hasEscape && escape !== '' ? ` ESCAPE ${duckdbText(escape)}` : '';
  return { sql: `(${text} ${operator} ${sql}${clause})`, type: booleanType };
}

function patternSql(
  pattern: Rendered,
  escape: string,
  type: TextType,
): Readonly<{ sql: string; hasEscape: boolean }> {
  const text = pattern.literal;
  if (text === undefined || pattern.type.kind !== 'text')
    return { sql: searchedText(asText(pattern), type), hasEscape: true };
  const hasEscape = escape !== '' && text.includes(escape);
  // An escape at the very end stands for itself in MySQL and is an error in DuckDB.
  const endsOpen = hasEscape && trailing(text, escape) % 2 === 1;
  return { sql: searchedText(duckdbText(endsOpen ? text + escape : text), type), hasEscape };
}

function trailing(text: string, character: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === character) count += 1;
  return count;
}

function isExact(value: Rendered): boolean {
  return value.type.kind === 'binary' || (value.type.kind === 'text' && value.type.exact);
}

/** REGEXP finds a match anywhere; case counts only for binary text. */
export function renderRegexp(node: Node<'regexp'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  const pattern = render(node.pattern, environment);
  const options = isExact(operand) || isExact(pattern) ? 'c' : 'i';
  const call = `regexp_matches(${asText(operand)}, ${regularExpression(pattern)}, '${options}')`;
  return { sql: node.negated ? `(NOT ${call})` : call, type: booleanType };
}

/** A pattern for RE2; the word borders of MySQL's older library are translated. */
export function regularExpression(pattern: Rendered): string {
  if (pattern.literal === undefined || pattern.type.kind !== 'text') return asText(pattern);
  return duckdbText(pattern.literal.replaceAll('[[:<:]]', '\\b').replaceAll('[[:>:]]', '\\b'));
}
