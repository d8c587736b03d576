import { SqlError } from '../../base/sql-error.ts';
import { canonicalCollation, defaultCollation, findCollation } from '../ddl/character-sets.ts';
import { duckdbText } from '../duckdb-quote.ts';
import { macro } from './macro-names.ts';
import { notSupported } from './not-supported.ts';

/** The way in which a collation weighs a text. */
type Weights =
  /** By code point. */
  | Readonly<{ kind: 'bytes' }>
  /** By the Unicode Collation Algorithm, with the letters of a language in places of their own. */
  | Readonly<{ kind: 'unicode'; locale: string }>
  /** Character by character: one of the macros of `source/duckdb/macros/collations.ts`. */
  | Readonly<{ kind: 'characters'; macro: string }>;

type CollationRule = Readonly<{ padsSpaces: boolean; weights: Weights }>;

/** ICU's names of the languages of `utf8mb4_…_0900_…` whose order was found to be MySQL's (docs/decisions/0096). */
const locales: ReadonlyMap<string, string> = new Map([
  ['', 'und@'],
  ...'bg bs cs da eo es et gl hr hu is lt mn_cyrl:mn pl ro ru sk sl sr_latn:sr_Latn sv tr vi'
    .split(' ')
    .map((entry): [string, string] => {
      const [name = '', locale = name] = entry.split(':');
      return [name, `${locale}@`];
    }),
  ['de_pb', 'de@collation=phonebook;'],
  ['es_trad', 'es@collation=traditional;'],
]);

const strengths: Readonly<Record<string, string>> = {
  ai_ci: 'primary',
  as_ci: 'secondary',
  as_cs: 'tertiary',
};

const named: ReadonlyMap<string, CollationRule> = new Map<string, CollationRule>([
  ['binary', { padsSpaces: false, weights: { kind: 'bytes' } }],
  ['utf8mb4_0900_bin', { padsSpaces: false, weights: { kind: 'bytes' } }],
  ['latin1_swedish_ci', { padsSpaces: true, weights: { kind: 'characters', macro: 'swedish_weights' } }],
  ...[
    'utf8mb4_general_ci',
    'utf8mb3_general_ci',
    'ucs2_general_ci',
    'utf16_general_ci',
    'utf32_general_ci',
  ].map(generalRule),
  generalRule('ascii_general_ci'),
  ...['utf8mb4_unicode_ci', 'utf8mb3_unicode_ci'].map((name): [string, CollationRule] => [
    name,
    { padsSpaces: true, weights: { kind: 'characters', macro: 'unicode_weights' } },
  ]),
  [
    'utf8mb4_unicode_520_ci',
    { padsSpaces: true, weights: { kind: 'unicode', locale: 'und@colStrength=primary' } },
  ],
]);

function generalRule(name: string): [string, CollationRule] {
  return [name, { padsSpaces: true, weights: { kind: 'characters', macro: 'general_weights' } }];
}

/** The collation of DuckDB that is MySQL's default one; DuckDB's own default under `engineSettings`. */
export const duckdbCollation = 'nocase.icu_noaccent';

/** True for the collation in which DuckDB itself compares texts (`engineSettings`). */
export function isDefaultCollation(collation: string): boolean {
  return collation === defaultCollation;
}

/** True where texts are equal when their bytes are. */
export function isBareBytes(collation: string): boolean {
  return collation === 'binary' || collation === 'utf8mb4_0900_bin';
}

/**
 * The DuckDB text by whose bytes texts of the collation compare. Throws SqlError `not_supported` with the name of a
 * collation whose order the engine does not know.
 */
export function collationKey(sql: string, collation: string): string {
  const { padsSpaces, weights } = ruleOf(collation);
  const text = padsSpaces ? `rtrim(${sql}, ' ')` : sql;
  switch (weights.kind) {
    case 'bytes':
      return `(${text} COLLATE C)`;
    case 'unicode':
      return `(icu_sort_key(${text}, ${duckdbText(weights.locale)}) COLLATE C)`;
    case 'characters':
      return `(${macro(weights.macro, text)} COLLATE C)`;
  }
}

/**
 * A text with one character for each of its own, where two are the same when the collation calls them so: for LIKE and
 * searches, which go character by character. Throws as `collationKey`.
 */
export function comparedCharacters(sql: string, collation: string): string {
  const { weights } = ruleOf(collation);
  if (weights.kind === 'bytes' || isCased(collation)) return sql;
  if (weights.kind === 'characters' && weights.macro !== 'unicode_weights') return macro(weights.macro, sql);
  if (canonicalCollation(collation).endsWith('_as_ci')) return `lower(${sql})`;
  if (weights.kind === 'unicode' && !weights.locale.startsWith('und@'))
    return notSupported(`a search in text of the collation '${collation}'`);
  return macro('fold', sql);
}

/** True where letters of another case, or with other accents, are others. */
export function isCased(collation: string): boolean {
  return collation === 'binary' || /_(bin|cs|cs_ks)$/.test(collation);
}

function ruleOf(collation: string): CollationRule {
  const name = canonicalCollation(collation);
  const known = named.get(name) ?? unicodeRule(name);
  if (known !== undefined) return known;
  if (name.endsWith('_bin')) return { padsSpaces: true, weights: { kind: 'bytes' } };
  return notSupported(`the collation '${collation}'`, 'Say COLLATE with a collation that the engine has.');
}

/** `utf8mb4_0900_ai_ci`, `utf8mb4_sv_0900_as_cs` … */
function unicodeRule(name: string): CollationRule | undefined {
  const [, language = '', strength = ''] = /^utf8mb4_(?:(\w+?)_)?0900_(a[is]_c[is])$/.exec(name) ?? [];
  const locale = locales.get(language);
  const level = strengths[strength];
  if (locale === undefined || level === undefined) return undefined;
  return { padsSpaces: false, weights: { kind: 'unicode', locale: `${locale}colStrength=${level}` } };
}

/** The name as MySQL has it. Throws SqlError `unknown_collation`. */
export function knownCollation(name: string): string {
  return findCollation(name)?.name ?? unknownCollation(name);
}

function unknownCollation(name: string): never {
  throw new SqlError('unknown_collation', `Unknown collation: '${name}'`);
}
