import type { Expression } from '../ast.ts';
import { asText } from '../conversions.ts';
import { render, type Environment } from '../environment.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { booleanType, type Rendered } from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** LIKE ignores case and accents as the collation does, and has the backslash as its escape unless told. */
export function renderLike(node: Node<'like'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  const pattern = render(node.pattern, environment);
  const escape = node.escape === undefined ? '\\' : (render(node.escape, environment).literal ?? '\\');
  const exact = isExact(operand) || isExact(pattern);
  const operator = `${node.negated ? 'NOT ' : ''}${exact ? 'LIKE' : 'ILIKE'}`;
  const text = exact ? asText(operand) : `strip_accents(${asText(operand)})`;
  const { sql, hasEscape } = patternSql(pattern, escape, exact);
  const clause = hasEscape && escape !== '' ? ` ESCAPE ${duckdbText(escape)}` : '';
  return { sql: `(${text} ${operator} ${sql}${clause})`, type: booleanType };
}

function patternSql(
  pattern: Rendered,
  escape: string,
  exact: boolean,
): Readonly<{ sql: string; hasEscape: boolean }> {
  const text = pattern.literal;
  if (text === undefined || pattern.type.kind !== 'text') {
    const sql = asText(pattern);
    return { sql: exact ? sql : `strip_accents(${sql})`, hasEscape: true };
  }
  const plain = exact ? text : withoutAccents(text);
  const hasEscape = escape !== '' && plain.includes(escape);
  // An escape at the very end stands for itself in MySQL and is an error in DuckDB.
  const endsOpen = hasEscape && trailing(plain, escape) % 2 === 1;
  return { sql: duckdbText(endsOpen ? plain + escape : plain), hasEscape };
}

function trailing(text: string, character: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === character) count += 1;
  return count;
}

function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC');
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
