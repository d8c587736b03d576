import { SqlError } from '../base/sql-error.ts';
import { characterSetOf, collations, findCharacterSet, findCollation } from '../sql/ddl/character-sets.ts';

/** Variables of which one is always that of the other. */
const companions: ReadonlyMap<string, string> = new Map(
  ['connection', 'database', 'server'].flatMap((role) => [
    [`character_set_${role}`, `collation_${role}`],
    [`collation_${role}`, `character_set_${role}`],
  ]),
);

/**
 * What a variable of a character set or a collation is set to, by MySQL's name of it; undefined for any other variable. A
 * collation may be given by its number. Throws SqlError `unknown_character_set` and `unknown_collation`.
 */
export function characterValue(variable: string, text: string): string | undefined {
  if (variable.startsWith('collation_')) return collationNamed(text);
  const isSet = /^character_set_(client|connection|results|database|server)$/.test(variable);
  return isSet ? characterSetNamed(text) : undefined;
}

/** The variable that changes with this one, and its value. */
export function companionOf(
  variable: string,
  value: string,
): Readonly<{ name: string; value: string }> | undefined {
  const name = companions.get(variable);
  if (name === undefined) return undefined;
  const other = name.startsWith('character_set_')
    ? characterSetOf(value)
    : findCharacterSet(value)?.defaultCollation;
  return other === undefined ? undefined : { name, value: other };
}

/** The collation of SET NAMES … COLLATE. Throws SqlError also for one of another character set. */
export function collationOfNames(characterSet: string | undefined, collation: string): string {
  const name = collationNamed(collation);
  const set = characterSet === undefined ? characterSetOf(name) : characterSetNamed(characterSet);
  if (characterSetOf(name) === set) return name;
  throw new SqlError('collation_not_valid', `COLLATION '${name}' is not valid for CHARACTER SET '${set}'`);
}

function collationNamed(text: string): string {
  const found = /^\d+$/.test(text) ? collations.find(({ id }) => id === Number(text)) : findCollation(text);
  if (found === undefined) throw new SqlError('unknown_collation', `Unknown collation: '${text}'`);
  return found.name;
}

function characterSetNamed(text: string): string {
  const found = findCharacterSet(text);
  if (found === undefined) throw new SqlError('unknown_character_set', `Unknown character set: '${text}'`);
  return found.name;
}
