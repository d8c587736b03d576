import { PasswordWords } from './password-words.ts';
import type { Token } from './token.ts';

/** What stands in the place of a secret. */
export const mask = '***';

/** Names of properties, variables and URL parameters whose values are secrets. */
const secretName =
  /secret|passw|pwd|token|credential|keytab|signature|azure\.sas\.|(?:access|private|shared|account|api|session|encryption|tls|ssl)[._-]?key/i;

/** True for a property or variable whose value is not to be shown. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * The text of each token that may not be shown as it is, by the token's index: passwords of account statements,
 * values of properties and variables with a telling name, all those of repositories, secrets inside strings (URLs, JSON, statements).
 * Hides too much rather than too little. Linear in the length of the texts.
 */
export function maskedTexts(tokens: readonly Token[]): ReadonlyMap<number, string> {
  const masked = new Map<number, string>();
  const passwords = new PasswordWords();
  const values = new SecretValues();
  let wasSecret = false;
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const isPassword = passwords.read(token, previous);
    const isValue = values.read(token, previous, tokens[index - 2]);
    const goesOn: boolean = wasSecret && token.kind === 'string' && previous?.kind === 'string';
    wasSecret = isPassword || isValue || goesOn;
    const text = wasSecret ? quotedMask(token) : maskInside(token);
    if (text !== token.text) masked.set(index, text);
  }
  return masked;
}

function quotedMask(token: Token): string {
  return token.kind === 'string' ? `'${mask}'` : mask;
}

/** What follows `name =` or `name :=` of a telling name: the first token, and all literals of the expression. */
class SecretValues {
  #depth = 0;
  /** The depth of brackets at which the value stands; undefined outside of one. */
  #valueDepth: number | undefined;
  /** Within CREATE or ALTER REPOSITORY: any name may be the mistyped one of a secret. */
  #isRepository = false;

  read(token: Token, previous: Token | undefined, beforePrevious: Token | undefined): boolean {
    this.#leaveValue(token);
    if (token.text === ';') this.#isRepository = false;
    if (token.upper === 'REPOSITORY' && makers.has(previous?.upper ?? '')) this.#isRepository = true;
    if (token.text === '(') this.#depth += 1;
    else if (token.text === ')') this.#depth -= 1;
    const assigns = previous?.text === '=' || previous?.text === ':=';
    const isFirst = assigns && (this.#isRepository || secretName.test(beforePrevious?.value ?? ''));
    if (isFirst) this.#valueDepth = token.text === '(' ? this.#depth - 1 : this.#depth;
    if (this.#valueDepth === undefined || token.kind === 'operator') return false;
    return isFirst ? token.kind !== 'end' && token.kind !== 'parameter' : literals.has(token.kind);
  }

  #leaveValue({ text, upper }: Token): void {
    if (this.#valueDepth === undefined) return;
    const ends = text === ',' || text === ';' || text === ')' || upper === 'AND' || upper === 'OR';
    if (ends && this.#depth <= this.#valueDepth) this.#valueDepth = undefined;
  }
}

/** What stands before REPOSITORY where its properties are given: CREATE, CREATE READ ONLY, ALTER. */
const makers: ReadonlySet<string> = new Set(['CREATE', 'ONLY', 'ALTER']);
const literals: ReadonlySet<string> = new Set(['string', 'number', 'hex', 'bit']);

/** A string that holds a statement with a password is hidden whole. */
const passwordStatement = /identified\s{1,8}(?:by|with|via|as)|password\s{0,8}\(/i;
/** `name=`, `name:` or `"name":`, beginning at the first character of the name. */
const assignedName = /(?<![\w.-])([\w.-]+)["']?\s{0,8}[=:](?!\/\/)/g;
const url = /:\/\/[^\s'"]+/g;

/** A string with its secrets hidden: all behind the first telling name, and the user information of URLs. */
function maskInside(token: Token): string {
  const { text, kind } = token;
  if (kind !== 'string') return text;
  if (passwordStatement.test(text)) return quotedMask(token);
  for (const match of text.matchAll(assignedName)) {
    if (!secretName.test(match[1] ?? '')) continue;
    return maskUrls(text.slice(0, match.index + match[0].length)) + mask + text.slice(-1);
  }
  return maskUrls(text);
}

/** `scheme://user:password@host`; the password may hold slashes and at-signs. A path with an at-sign stays. */
function maskUrls(text: string): string {
  return text.replaceAll(url, (whole) => {
    const at = whole.lastIndexOf('@');
    const userInformation = whole.slice(3, Math.max(at, 3));
    const isPath = userInformation.includes('/') && !userInformation.includes(':');
    return at < 0 || isPath ? whole : `://${mask}${whole.slice(at)}`;
  });
}
