import type { Token } from '../../../sql/token.ts';

/** The first word that says what the statement does: for WITH … the verb behind the common tables. */
export function statementWord(tokens: readonly Token[]): string {
  const first = tokens.find((token) => token.text !== '(')?.upper ?? '';
  if (first !== 'WITH') return first;
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && ['SELECT', 'UPDATE', 'DELETE'].includes(token.upper)) return token.upper;
  }
  return 'SELECT';
}

/** A statement that gives rows. */
export function isQuery(tokens: readonly Token[]): boolean {
  return ['SELECT', 'VALUES', 'TABLE'].includes(statementWord(tokens));
}

/** CREATE TEMPORARY TABLE and DROP TEMPORARY TABLE. */
export function isTemporaryDefinition(tokens: readonly Token[]): boolean {
  const [verb, word] = tokens;
  return (verb?.upper === 'CREATE' || verb?.upper === 'DROP') && word?.upper === 'TEMPORARY';
}

/** A statement that changes definitions, and so commits what is open. */
export function isDefinition(word: string): boolean {
  return ['CREATE', 'DROP', 'ALTER', 'TRUNCATE', 'RENAME', 'REFRESH', 'CANCEL'].includes(word);
}
