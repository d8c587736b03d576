import { defaultCharacterSet, defaultCollation, findCharacterSet } from '../sql/ddl/character-sets.ts';

/** Character set and collation of databases and tables that name both, one or none. */
export function charactersOf(
  named: Readonly<{ characterSet?: string; collation?: string }>,
): Readonly<{ characterSet: string; collation: string }> {
  const characterSet = named.characterSet ?? defaultCharacterSet;
  const collation = named.collation ?? findCharacterSet(characterSet)?.defaultCollation ?? defaultCollation;
  return { characterSet, collation };
}
