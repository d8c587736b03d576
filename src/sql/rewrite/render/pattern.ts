import type { Expression } from '../ast.ts';
import { asText, textBeside, textLiteral } from '../conversions/texts.ts';
import { asCharacters } from '../functions/byte-strings.ts';
import { regexpLike } from '../functions/regular-expressions.ts';
import { searchedText } from '../functions/searches.ts';
import { notSupported } from '../not-supported.ts';
import { render, type Environment } from '../environment.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { booleanType, commonString, exactTextType, type Rendered, type TextType } from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** LIKE goes by the characters of the collation, and has the backslash as its escape unless told. */
export function renderLike(node: Node<'like'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  const pattern = render(node.pattern, environment);
  const escape = node.escape === undefined ? '\\' : (render(node.escape, environment).literal ?? '\\');
  if (/\p{L}/u.test(escape)) notSupported('a letter as the ESCAPE of LIKE');
  const common = commonString([operand.type, pattern.type], 'like', 'comparison');
  if (common.kind === 'binary') return likeBytes(node, { operand, pattern, escape });
  const type = common;
  const operator = `${node.negated ? 'NOT ' : ''}LIKE`;
  const [text, searched] = [textBeside(operand, common), textBeside(pattern, common)];
  const { sql, hasEscape } = patternSql(searched, escape, type);
  const clause = hasEscape && escape !== '' ? ` ESCAPE ${duckdbText(escape)}` : '';
  return {
    sql: `(${searchedText(asText(text), type)} ${operator} ${sql}${clause})`,
    type: booleanType,
  };
}

/** Byte by byte. */
function likeBytes(
  node: Node<'like'>,
  { operand, pattern, escape }: Readonly<{ operand: Rendered; pattern: Rendered; escape: string }>,
): Rendered {
  const isLiteral = pattern.literal !== undefined && pattern.type.kind === 'text';
  const characters = isLiteral ? literalCharacters(pattern.literal) : asCharacters(pattern);
  const { sql, hasEscape } = patternSql(characters, escape, exactTextType);
  const clause = hasEscape && escape !== '' ? ` ESCAPE ${duckdbText(escape)}` : '';
  const operator = `${node.negated ? 'NOT ' : ''}LIKE`;
  return { sql: `(${asCharacters(operand).sql} ${operator} ${sql}${clause})`, type: booleanType };
}

function literalCharacters(text: string): Rendered {
  return textLiteral(Buffer.from(text).toString('latin1'));
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

/** REGEXP finds a match anywhere; case counts only for binary text. */
export function renderRegexp(node: Node<'regexp'>, environment: Environment): Rendered {
  const found = regexpLike(render(node.operand, environment), render(node.pattern, environment));
  return node.negated && found.type.kind === 'boolean' ? { ...found, sql: `(NOT ${found.sql})` } : found;
}
