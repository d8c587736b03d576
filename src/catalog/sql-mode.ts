/**
 * MySQL 8's modes in the order in which it shows them (manual, "Server SQL Modes"). Modes of other servers and
 * earlier versions stand in dumps made by them; they are taken and do nothing.
 */
const modes = [
  'REAL_AS_FLOAT',
  'PIPES_AS_CONCAT',
  'ANSI_QUOTES',
  'IGNORE_SPACE',
  'ONLY_FULL_GROUP_BY',
  'NO_UNSIGNED_SUBTRACTION',
  'NO_DIR_IN_CREATE',
  'ANSI',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_BACKSLASH_ESCAPES',
  'STRICT_TRANS_TABLES',
  'STRICT_ALL_TABLES',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ALLOW_INVALID_DATES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'TRADITIONAL',
  'HIGH_NOT_PRECEDENCE',
  'NO_ENGINE_SUBSTITUTION',
  'PAD_CHAR_TO_FULL_LENGTH',
  'TIME_TRUNCATE_FRACTIONAL',
] as const;
type Mode = (typeof modes)[number];

const withoutEffect: ReadonlySet<string> = new Set(
  (
    'NO_AUTO_CREATE_USER NO_FIELD_OPTIONS NO_KEY_OPTIONS NO_TABLE_OPTIONS MYSQL323 MYSQL40 EMPTY_STRING_IS_NULL ' +
    'SIMULTANEOUS_ASSIGNMENT TIME_ROUND_FRACTIONAL IGNORE_BAD_TABLE_OPTIONS'
  ).split(' '),
);

/** Modes that stand for others beside themselves. */
const combined: Readonly<Record<string, readonly string[]>> = {
  ANSI: ['REAL_AS_FLOAT', 'PIPES_AS_CONCAT', 'ANSI_QUOTES', 'IGNORE_SPACE', 'ONLY_FULL_GROUP_BY'],
  TRADITIONAL: [
    'STRICT_TRANS_TABLES',
    'STRICT_ALL_TABLES',
    'NO_ZERO_IN_DATE',
    'NO_ZERO_DATE',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_ENGINE_SUBSTITUTION',
  ],
};

/** How many bits of a mode's number stand before each of these; the bits between belonged to modes of the past. */
const bitsBefore: Readonly<Partial<Record<Mode, number>>> = {
  ONLY_FULL_GROUP_BY: 5,
  ANSI: 18,
  HIGH_NOT_PRECEDENCE: 29,
};

/** Each mode's bit in the number that mysqlbinlog writes for sql_mode. */
const bitOf: ReadonlyMap<Mode, bigint> = new Map(
  modes.map((mode, index) => {
    const last = modes.slice(0, index + 1).findLastIndex((each) => bitsBefore[each] !== undefined);
    const first = bitsBefore[modes[last] ?? mode] ?? 0;
    return [mode, 1n << BigInt(first + index - Math.max(last, 0))];
  }),
);

/** A value of sql_mode as it is kept: each mode once, in MySQL's order. Or the first word that is no mode. */
export function readSqlMode(
  text: string,
): Readonly<{ kind: 'mode'; text: string }> | Readonly<{ kind: 'unknown'; word: string }> {
  const words = (/^\d{1,20}$/u.test(text) ? wordsOf(BigInt(text)) : text)
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  const known: ReadonlySet<string> = new Set(modes);
  const unknown = words.find((word) => !known.has(word) && !withoutEffect.has(word));
  if (unknown !== undefined) return { kind: 'unknown', word: unknown };
  const wanted = new Set(words.flatMap((word) => [word, ...(combined[word] ?? [])]));
  return { kind: 'mode', text: modes.filter((mode) => wanted.has(mode)).join(',') };
}

/** A number with bits that are no mode's stays one, which is no word either. */
function wordsOf(number: bigint): string {
  const found = modes.filter((mode) => (number & (bitOf.get(mode) ?? 0n)) !== 0n);
  const known = found.reduce((all, mode) => all | (bitOf.get(mode) ?? 0n), 0n);
  return known === number ? found.join(',') : String(number);
}
