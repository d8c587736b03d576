import { isSecretName } from '../../sql/secrets.ts';
import type { Properties } from '../../sql/statement.ts';

/** Properties that may be shown or stored in clear, and the names of the secrets that were left out. */
export type Withheld = Readonly<{ properties: Properties; missing: readonly string[] }>;

const password = 'password';
/** `//user:password@` of a URI; a password may hold slashes and colons, but an at-sign ends it. */
const userInformation = /^(?<before>[^/]*\/\/[^/:@]*):[^@]*@/;
const passwordParameter = /(?<mark>[?&])password=[^&]*(?<next>&?)/gi;

/** A catalog's properties without its secrets. An empty secret is none. */
export function withholdSecrets(properties: Properties): Withheld {
  const kept: (readonly [string, string])[] = [];
  const missing = new Set<string>();
  for (const [key, value] of properties) {
    if (isSecretName(key)) {
      if (value !== '') missing.add(key);
      continue;
    }
    const clear = key === 'jdbc_uri' ? withoutPassword(value) : value;
    if (clear !== value) missing.add(password);
    kept.push([key, clear]);
  }
  return { properties: kept, missing: [...missing] };
}

/** A JDBC URI without the password in it. */
export function withoutPassword(uri: string): string {
  return uri
    .replace(userInformation, '$<before>@')
    .replaceAll(passwordParameter, (_whole, mark: string, next: string) => (next === '' ? '' : mark));
}
