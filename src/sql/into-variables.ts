import type { Token } from './token.ts';

/** A SELECT whose row goes into user variables. */
export type IntoVariables = Readonly<{
  /** The SELECT without its INTO clause. */
  text: string;
  /** Names in lower case, in the order of the columns. */
  variables: readonly string[];
}>;

/**
 * Takes `INTO @a, @b` out of a SELECT, wherever outside of brackets it stands. Undefined for a SELECT that sends its
 * rows to the client, and for INTO OUTFILE and INTO DUMPFILE.
 */
export function readIntoVariables(tokens: readonly Token[], text: string): IntoVariables | undefined {
  const at = topLevelInto(tokens);
  const into = tokens[at];
  if (into === undefined || tokens[at + 1]?.kind !== 'user_variable') return undefined;
  const variables: string[] = [];
  let end = at + 1;
  for (; tokens[end]?.kind === 'user_variable'; end += 2) {
    variables.push((tokens[end]?.value ?? '').toLowerCase());
    if (tokens[end + 1]?.text !== ',') break;
  }
  const last = tokens[end];
  if (last === undefined || last.kind !== 'user_variable') return undefined;
  return { text: `${text.slice(0, into.start)} ${text.slice(last.end)}`, variables };
}

function topLevelInto(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    return depth === 0 && token.kind === 'word' && token.upper === 'INTO';
  });
}
