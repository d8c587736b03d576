import { nearestName } from '../base/nearest.ts';
import { SqlError } from '../base/sql-error.ts';

/**
 * The properties of one kind of store: our name of each, and how it may be spelled in PROPERTIES. StarRocks has two
 * spellings of many, and a file of Hadoop's settings is often copied whole: so an unknown key is no error.
 */
export type PropertyTable<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** What PROPERTIES of CREATE REPOSITORY say to one kind of store. */
export type PropertyReader<Name extends string> = Readonly<{
  /** Undefined when it is not given, or empty. Throws when two spellings of it differ. */
  text: (name: Name) => string | undefined;
  /** `true` or `false`; throws for anything else. */
  flag: (name: Name) => boolean | undefined;
  /** The spelling that was used, else the first: for messages. */
  spelling: (name: Name) => string;
}>;

/** Reads the properties that `table` knows. Messages name keys, never values: they may be secrets. */
export function readProperties<Name extends string>(
  table: PropertyTable<Name>,
  properties: ReadonlyMap<string, string>,
): PropertyReader<Name> {
  const given = (name: Name): readonly string[] =>
    table[name].filter((spelling) => (properties.get(spelling) ?? '') !== '');
  const text = (name: Name): string | undefined => {
    const spellings = given(name);
    const values = new Set(spellings.map((spelling) => properties.get(spelling)));
    if (values.size <= 1) return [...values][0];
    const names = spellings.map((spelling) => `'${spelling}'`).join(' and ');
    throw propertyError(`${names} say different things`, 'Give one of them.');
  };
  const flag = (name: Name): boolean | undefined => {
    const value = text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw propertyError(`'${spelling(name)}' must be true or false`);
  };
  const spelling = (name: Name): string => given(name)[0] ?? (table[name][0] as string);
  return { text, flag, spelling };
}

/** A warning for each key that is none of `known`, with the one that was probably meant. */
export function unknownProperties(
  known: readonly string[],
  properties: ReadonlyMap<string, string>,
): readonly string[] {
  return [...properties.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearestName(key, known);
      const advice = near === undefined ? '' : `, did you mean '${near}'?`;
      return `property '${key}' means nothing to this kind of repository${advice}`;
    });
}

/** The error of PROPERTIES that contradict themselves or lack something. */
export function propertyError(reason: string, hint?: string): SqlError {
  return new SqlError('analysis', `bad PROPERTIES: ${reason}`, hint === undefined ? {} : { hint });
}

/** The error of a property without which the store cannot be reached. */
export function missingProperty(
  spelling: string,
  hint: string = 'Give it in PROPERTIES, as in the statement that docs/repositories has for this store.',
): SqlError {
  return propertyError(`'${spelling}' is missing`, hint);
}
