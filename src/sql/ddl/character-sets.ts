import { characterSetTable } from './character-set-table.ts';

export type CharacterSet = Readonly<{
  name: string;
  description: string;
  defaultCollation: string;
  /** Bytes of the longest character. */
  bytesMax: number;
}>;

export type Collation = Readonly<{
  name: string;
  characterSet: string;
  /** The number of column definitions on the wire. */
  id: number;
  isDefault: boolean;
  /** Trailing blanks do not count in comparisons (PAD SPACE), or they do (NO PAD). */
  padsSpaces: boolean;
}>;

/** MySQL's own default (character_set_server). */
export const defaultCharacterSet = 'utf8mb4';
export const defaultCollation = 'utf8mb4_0900_ai_ci';

/** In the order of their names. */
export const characterSets: readonly CharacterSet[] = characterSetTable.map(
  ([name, description, collation, bytesMax]) => ({
    name,
    description,
    defaultCollation: fullName(name, collation),
    bytesMax,
  }),
);

/** In the order of their names. */
export const collations: readonly Collation[] = characterSetTable
  .flatMap(([characterSet, , defaultName, , list]) =>
    list.split(' ').map((entry): Collation => {
      const [short = '', id = ''] = entry.split(':');
      return {
        name: fullName(characterSet, short),
        characterSet,
        id: Number(id),
        isDefault: short === defaultName,
        padsSpaces: characterSet !== 'binary' && !short.includes('0900'),
      };
    }),
  )
  .sort((left, right) => (left.name < right.name ? -1 : 1));

const characterSetsByName: ReadonlyMap<string, CharacterSet> = new Map(
  characterSets.map((set) => [set.name, set]),
);
const collationsByName: ReadonlyMap<string, Collation> = new Map(
  collations.map((collation) => [collation.name, collation]),
);

/** Any case, and `utf8` for utf8mb3, as MySQL 8 reads it. */
export function findCharacterSet(name: string): CharacterSet | undefined {
  return characterSetsByName.get(canonicalCharacterSet(name));
}

export function findCollation(name: string): Collation | undefined {
  return collationsByName.get(canonicalCollation(name));
}

/** The name as MySQL 8 shows it. An unknown name comes back in lower case. */
export function canonicalCharacterSet(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'utf8' ? 'utf8mb3' : lower;
}

export function canonicalCollation(name: string): string {
  return name.toLowerCase().replace(/^utf8_/, 'utf8mb3_');
}

/** The character set of a collation, by its name alone when the collation is not one of MySQL 8's. */
export function characterSetOf(collation: string): string {
  const name = canonicalCollation(collation);
  return collationsByName.get(name)?.characterSet ?? name.split('_')[0] ?? name;
}

function fullName(characterSet: string, short: string): string {
  return characterSet === short ? short : `${characterSet}_${short}`;
}
