import { tokenize } from '../../sql/lexer.ts';
import { mysqlLexing, type Token } from '../../sql/token.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Remark, RestorePlan } from '../restoring.ts';
import { factsOf, type ServerFacts } from './server-facts.ts';
import { closing, parseTableText, printTableText, type TableItem, withoutMarks } from './table-text.ts';

/**
 * Snapshots of MySQL on MariaDB, and the other way: texts in the words of the server that they go to. What neither has a
 * word for is left as it is, and refused by the server with the object's name.
 */

export type TargetServer = Readonly<{ facts: ServerFacts; collations: ReadonlySet<string> }>;

type Vendors = 'mysql to mariadb' | 'mariadb to mysql';

/** A plan with what the user is told of its words, where the snapshot is of another vendor's server. */
export type WordedPlan = RestorePlan & Readonly<{ remarks?: readonly Remark[] }>;

/** The plan as the server takes it; the same where it is of the snapshot's own kind. */
export function inWordsOf(plan: RestorePlan, { facts, collations }: TargetServer): WordedPlan {
  const vendors = vendorsOf(plan, facts);
  if (vendors === undefined) return plan;
  const collate = (text: string): string => withCollations(text, collations);
  const settings = (own: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, setting(name, value, collate)]));
  const program = <T extends Readonly<{ ddl: string; settings?: Readonly<Record<string, string>> }>>(
    object: T,
  ): T => ({
    ...object,
    ddl: collate(object.ddl),
    ...(object.settings !== undefined && { settings: settings(object.settings) }),
  });
  const worded = {
    ...plan,
    ...(plan.databaseDdl !== undefined && { databaseDdl: collate(plan.databaseDdl) }),
    tables: plan.tables.map(({ ddl, triggers, ...table }) => ({
      ...table,
      ddl: collate(inWords(ddl, vendors)),
      ...(triggers !== undefined && { triggers: triggers.map(program) }),
    })),
    others: plan.others.map(program),
  };
  return { ...worded, remarks: remarksOn(plan, worded) };
}

/** Collations of tables that are others now. Each is told once, by the first table that has it. */
function remarksOn(given: RestorePlan, worded: RestorePlan): readonly Remark[] {
  const told = new Set<string>();
  return given.tables.flatMap(({ target, ddl }, at) => {
    const after = wordsIn(worded.tables[at]?.ddl ?? '');
    const gone = [...wordsIn(ddl)].filter((word) => !after.has(word) && !told.has(word));
    return gone.flatMap((word) => {
      const nearest = nearestCollation(word);
      if (nearest === undefined) return [];
      told.add(word);
      const text = `the server has no collation ${word}: ${nearest} takes its place in table ${target} and others`;
      return [{ target, text }];
    });
  });
}

function vendorsOf({ origin }: RestorePlan, { vendor }: ServerFacts): Vendors | undefined {
  if (origin.kind !== 'mysql') return undefined;
  const from = factsOf(origin.version, new Map()).vendor;
  if (from === 'mysql' && vendor === 'mariadb') return 'mysql to mariadb';
  return from === 'mariadb' && vendor === 'mysql' ? 'mariadb to mysql' : undefined;
}

/** MySQL 8 knows no `NO_AUTO_CREATE_USER` any more. */
function setting(name: string, value: string, collate: (text: string) => string): string {
  if (name !== 'sql_mode') return collate(value);
  return value
    .split(',')
    .filter((mode) => mode !== 'NO_AUTO_CREATE_USER')
    .join(',');
}

const everyVersion = { ...mysqlLexing, versionNumber: 999_999 };

/** Languages of collations: MySQL's `utf8mb4_<short>_0900_…`, MariaDB's `utf8mb4_uca1400_<long>_nopad_…`. */
const languages: Readonly<Record<string, string>> = {
  de_pb: 'german2',
  is: 'icelandic',
  lv: 'latvian',
  ro: 'romanian',
  sl: 'slovenian',
  pl: 'polish',
  et: 'estonian',
  es: 'spanish',
  sv: 'swedish',
  tr: 'turkish',
  cs: 'czech',
  da: 'danish',
  lt: 'lithuanian',
  sk: 'slovak',
  es_trad: 'spanish2',
  la: 'roman',
  eo: 'esperanto',
  hu: 'hungarian',
  hr: 'croatian',
  vi: 'vietnamese',
};

/**
 * The collation of the other vendor that is nearest: of the same language, strength and padding where there is one, by
 * another version of the Unicode collation algorithm (9.0 and 14.0).
 */
function nearestCollation(name: string): string | undefined {
  if (name === 'utf8mb4_0900_bin') return 'utf8mb4_nopad_bin';
  if (name === 'utf8mb4_nopad_bin') return 'utf8mb4_0900_bin';
  const [, short, strength = ''] = /^utf8mb4_(?:(\w+)_)?0900_(ai_ci|as_ci|as_cs)$/.exec(name) ?? [];
  if (strength !== '' && (short === undefined || languages[short] !== undefined)) {
    const language = short === undefined ? '' : `${languages[short]}_`;
    return `utf8mb4_uca1400_${language}nopad_${strength}`;
  }
  const [, long, other = ''] =
    /^(?:utf8mb4_)?uca1400_(?:(\w+?)_)??(?:nopad_)?(ai_ci|as_ci|as_cs)$/.exec(name) ?? [];
  if (other === '') return undefined;
  const [code] = Object.entries(languages).find(([, language]) => language === long) ?? [];
  if (long !== undefined && code === undefined) return undefined;
  return `utf8mb4_${code === undefined ? '' : `${code}_`}0900_${other}`;
}

/** Collations that the server lacks are named by the nearest that it has, wherever a word of the text is their name. */
function withCollations(text: string, known: ReadonlySet<string>): string {
  return replaced(text, (token) => {
    if (token.kind !== 'word' || known.has(token.value)) return undefined;
    const nearest = nearestCollation(token.value);
    return nearest !== undefined && known.has(nearest) ? nearest : undefined;
  });
}

/** The table with each of its items in the server's words; those that it can only leave out are gone. */
function inWords(ddl: string, vendors: Vendors): string {
  const table = parseTableText(ddl);
  const item = vendors === 'mysql to mariadb' ? itemOfMariadb : itemOfMysql;
  const items = table.items.flatMap((own) => {
    const text = item(own);
    return text === undefined ? [] : [{ ...own, text }];
  });
  const options = vendors === 'mysql to mariadb' ? withoutCompression(table.options) : table.options;
  return printTableText({ ...table, items, options }, quoteName(table.name));
}

/** How pages lie on disk. */
function withoutCompression(options: string): string {
  const tokens = tokenize(options, everyVersion);
  const at = tokens.findIndex(({ kind, upper }) => kind === 'word' && upper === 'COMPRESSION');
  return replaced(options, (_token, index) => (at >= 0 && index >= at && index <= at + 2 ? '' : undefined));
}

/** MySQL's rule that a column takes values of one reference system; each value has its own anyway. */
const srid = /\/\*!80003 SRID \d+ \*\//;

/** What MySQL writes in comments for its newer versions is said aloud, since MariaDB passes over it. */
function itemOfMariadb(item: TableItem): string | undefined {
  const text = withoutMarks(item.text.replace(srid, ''));
  // A condition that nobody has to meet.
  if (item.kind === 'other' && /\bNOT ENFORCED$/.test(text)) return undefined;
  const words: Readonly<Record<string, string>> =
    item.kind === 'key' ? { INVISIBLE: 'IGNORED' } : { GEOMCOLLECTION: 'GEOMETRYCOLLECTION' };
  return replaced(text, ({ kind, upper }) => (kind === 'word' ? words[upper] : undefined));
}

/** MySQL wants a default that is no literal, and any of a long text, in parentheses. */
function itemOfMysql(item: TableItem): string {
  if (item.kind === 'key') {
    return replaced(item.text, ({ kind, upper }) =>
      kind === 'word' && upper === 'IGNORED' ? 'INVISIBLE' : undefined,
    );
  }
  if (item.kind !== 'column') return item.text;
  const tokens = tokenize(item.text, everyVersion);
  const at = tokens.findIndex(({ kind, upper }) => kind === 'word' && upper === 'DEFAULT') + 1;
  const [first, open] = [tokens[at], tokens[at + 1]];
  if (at === 0 || first === undefined) return item.text;
  const isCall = open?.text === '(' && first.kind === 'word' && first.upper !== 'CURRENT_TIMESTAMP';
  const isLong = first.kind === 'string' && /(?:TEXT|BLOB)$/.test(item.type);
  if (!isCall && !isLong) return item.text;
  const { end } = tokens[isCall ? closing(tokens, at + 1) : at] ?? first;
  const { text } = item;
  return `${text.slice(0, first.start)}(${text.slice(first.start, end)})${text.slice(end)}`;
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(tokenize(text, everyVersion).map(({ value }) => value));
}

/** The text with some of its tokens replaced. */
function replaced(text: string, by: (token: Token, at: number) => string | undefined): string {
  let result = '';
  let last = 0;
  for (const [at, token] of tokenize(text, everyVersion).entries()) {
    const other = token.kind === 'end' ? undefined : by(token, at);
    if (other === undefined) continue;
    result += text.slice(last, token.start) + other;
    last = token.end;
  }
  return result + text.slice(last);
}
