import type { Token } from './token.ts';

/** Follows IDENTIFIED …, PASSWORD (…) and SET PASSWORD through a statement, and says which tokens are passwords. */
export class PasswordWords {
  #first: string | undefined;
  #isSetPassword = false;
  #isIdentified = false;
  #isPasswordCall = false;

  /** To be called with each token in order. */
  read(token: Token, previous: Token | undefined): boolean {
    this.#first ??= token.upper;
    if (token.upper === 'IDENTIFIED') this.#isIdentified = true;
    if (token.upper === 'PASSWORD' && this.#first === 'SET') this.#isSetPassword = true;
    if (token.text === '(' && (previous?.upper ?? '').endsWith('PASSWORD')) this.#isPasswordCall = true;
    else if (token.text === ')') this.#isPasswordCall = false;
    return token.kind !== 'operator' && this.#isPassword(token, previous);
  }

  #isPassword(token: Token, previous: Token | undefined): boolean {
    if (token.kind === 'word' || token.kind === 'user_variable' || token.kind === 'end') return false;
    if (this.#isPasswordCall) return true;
    const before = previous?.upper ?? '';
    if (this.#isSetPassword) return previous?.text === '=' || before === 'TO' || before === 'REPLACE';
    return this.#isIdentified && wordsBefore.has(before);
  }
}

/** The words before a password in IDENTIFIED WITH p BY 'x', AS 'hash', USING 'x', BY PASSWORD 'hash', REPLACE 'old'. */
const wordsBefore: ReadonlySet<string> = new Set(['BY', 'AS', 'USING', 'PASSWORD', 'REPLACE']);
