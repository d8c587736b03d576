import { SqlError } from '../base/sql-error.ts';
import { collations } from '../sql/ddl/character-sets.ts';
import type { LoginState } from './login-state.ts';

/** Character sets in which a byte of a letter may be a backslash or a backquote (manual: "The Big5, GBK, SJIS … sets"). */
const ambiguous: ReadonlySet<string> = new Set(['big5', 'cp932', 'gb18030', 'gbk', 'sjis']);

/**
 * For a text that does not go on as it came. Its bytes stay what they were in every character set; but in some, letters
 * look like quotes, so that it may have been cut in a wrong place. Throws SqlError for letters in one of those.
 */
export function refuseAmbiguous(
  text: string,
  { variables, login }: Pick<LoginState, 'variables' | 'login'>,
): void {
  if (/^[\0-\x7f]*$/.test(text)) return;
  const named = String(variables.get('character_set_client') ?? '');
  const ofLogin = collations.find(({ id }) => id === login.collation)?.characterSet ?? '';
  const characterSet = [named, ofLogin].find((name) => ambiguous.has(name));
  if (characterSet === undefined) return;
  throw new SqlError(
    'not_supported',
    `This version of Holdfast doesn't yet support 'letters of character set ${characterSet} in a text that is not passed on whole'`,
    { hint: 'Send its statements one by one, without names of catalogs, or SET NAMES utf8mb4 first.' },
  );
}
