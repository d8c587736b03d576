import type { Token } from './token.ts';

/** What stands in the place of a secret. */
export const mask = '***';

/** Names of properties, variables and URL parameters whose values are secrets. */
const secretName =
  /secret|passw|pwd|token|credential|keytab|signature|(?:access|private|shared|account|api|session|encryption)[._-]?key/i;
const credentialsInUrl = /(:\/\/)[^/@\s'"]*@/g;
const secretParameter = /([\w.-]+=)[^,&;\s'"]+/g;

/**
 * The text of each token that may not be shown as it is, by the token's index: passwords of account statements,
 * values of properties and variables with a telling name, credentials inside URLs.
 */
export function maskedTexts(tokens: readonly Token[]): ReadonlyMap<number, string> {
  const masked = new Map<number, string>();
  const account = new AccountWords();
  for (const [index, token] of tokens.entries()) {
    const isPassword = account.read(token, tokens[index - 1]);
    if (isValue(token) && (isPassword || followsSecretName(tokens, index))) {
      masked.set(index, quotedMask(token));
    } else if (token.kind === 'string') {
      const text = maskInside(token.text);
      if (text !== token.text) masked.set(index, text);
    }
  }
  return masked;
}

function quotedMask(token: Token): string {
  return token.kind === 'string' ? `'${mask}'` : mask;
}

function isValue(token: Token): boolean {
  return token.kind !== 'operator' && token.kind !== 'end' && token.kind !== 'parameter';
}

/** `name = value`, `name := value`; the value may have a sign before it, as tokens that come out wrong do. */
function followsSecretName(tokens: readonly Token[], index: number): boolean {
  const assigns = tokens[index - 1]?.text === '=' || tokens[index - 1]?.text === ':=';
  return assigns && secretName.test(tokens[index - 2]?.value ?? '');
}

/** `scheme://user:password@host` and `…?password=x&…` inside a string. */
function maskInside(text: string): string {
  const hidden = text.replaceAll(credentialsInUrl, `$1${mask}@`);
  return hidden.replaceAll(secretParameter, (whole: string, name: string) =>
    secretName.test(name) ? `${name}${mask}` : whole,
  );
}

/** Follows IDENTIFIED …, PASSWORD (…) and SET PASSWORD, and says which tokens are passwords. */
class AccountWords {
  #first: string | undefined;
  #isSetPassword = false;
  #isIdentified = false;
  #isPasswordCall = false;

  read(token: Token, previous: Token | undefined): boolean {
    this.#first ??= token.upper;
    if (token.upper === 'IDENTIFIED') this.#isIdentified = true;
    if (token.upper === 'PASSWORD' && this.#first === 'SET') this.#isSetPassword = true;
    if (token.text === '(' && (previous?.upper ?? '').endsWith('PASSWORD')) this.#isPasswordCall = true;
    else if (token.text === ')') this.#isPasswordCall = false;
    return this.#isPassword(token, previous);
  }

  #isPassword(token: Token, previous: Token | undefined): boolean {
    if (token.kind === 'word' || token.kind === 'user_variable') return false;
    if (this.#isPasswordCall) return true;
    const before = previous?.upper ?? '';
    if (this.#isSetPassword) return previous?.text === '=' || before === 'TO' || before === 'REPLACE';
    return this.#isIdentified && passwordWords.has(before);
  }
}

/** The words before a password in IDENTIFIED WITH p BY 'x', AS 'hash', USING 'x', BY PASSWORD 'hash', REPLACE 'old'. */
const passwordWords: ReadonlySet<string> = new Set(['BY', 'AS', 'USING', 'PASSWORD', 'REPLACE']);
