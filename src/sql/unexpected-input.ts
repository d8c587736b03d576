import { SqlError } from '../base/sql-error.ts';
import { reservedWords } from './generated/dialect-parser.ts';
import { syntaxErrorAt } from './position.ts';
import { mask, maskedTexts } from './secrets.ts';
import { mostSimilar } from './similar.ts';
import type { DialectSyntaxError, ExpectedInput } from './dialect-parser.ts';
import type { Token } from './token.ts';

/**
 * The parser's failure in StarRocks' words: "Unexpected input 'x', the most similar input is {…}.", at the word
 * that did not fit. The text shows no secret. A reserved word or a string where a name was wanted gets a hint.
 */
export function unexpectedInput(text: string, tokens: readonly Token[], error: DialectSyntaxError): SqlError {
  const index = tokens.findIndex((token) => token.end > error.location.start.offset || token.kind === 'end');
  const token = tokens[index];
  const isEnd = token === undefined || token.kind === 'end';
  const input = isEnd ? endOfText : shownInput(tokens, index);
  const expected = expectedNames(error.expected ?? []);
  const offered = isEnd ? expected.slice(0, offeredAtEndMax) : mostSimilar(input, expected);
  const detail = `Unexpected input '${input}', the most similar input is {${offered.join(', ')}}`;
  const failure = syntaxErrorAt(text, isEnd ? text.length : token.start, detail);
  const hint = expected.includes(identifier) ? nameHint(token) : undefined;
  if (hint === undefined || failure.position === undefined) return failure;
  return new SqlError('syntax', failure.message, { position: failure.position, hint });
}

/** What to do about a word that is no name. It may be a secret in quotes, so no string is repeated. */
function nameHint(token: Token | undefined): string | undefined {
  if (token?.quote === '"') return 'Double quotes make a string here; put a name in backquotes.';
  return token !== undefined && reservedWords.has(token.upper)
    ? `Put ${token.text} in backquotes to use it as a name.`
    : undefined;
}

const endOfText = '<EOF>';
/** Where the text ended no word is more similar than another: all are offered, as far as a line goes. */
const offeredAtEndMax = 12;
const identifier = 'a legal identifier';
/** As much of a wrong word as an error text shows. */
const shownInputMax = 64;

/** A string in a property list may be a secret wherever it stands. */
function shownInput(tokens: readonly Token[], index: number): string {
  const inProperties = tokens.slice(0, index).some((token) => token.upper === 'PROPERTIES');
  if (inProperties && tokens[index]?.kind === 'string') return mask;
  return (maskedTexts(tokens).get(index) ?? tokens[index]?.text ?? '').slice(0, shownInputMax);
}

/** Each once: the end of the text, kinds of input, marks, keywords, each group by the alphabet. */
function expectedNames(expected: readonly ExpectedInput[]): readonly string[] {
  const names = new Set(expected.map(expectedName).filter((name) => name !== undefined));
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Keywords and kinds of input by their names; single marks in quotes. Character classes say nothing to a reader. */
function expectedName({ type, description, text }: ExpectedInput): string | undefined {
  if (type === 'other') return description === '' ? undefined : description;
  return type === 'literal' && /^[(),;=.]$/.test(text ?? '') ? `'${text}'` : undefined;
}

function rank(name: string): number {
  if (name === endOfText) return 0;
  if (!name.startsWith("'")) return 1;
  return name.length === 3 ? 2 : 3;
}
