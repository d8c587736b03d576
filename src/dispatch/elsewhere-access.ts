import { SqlError } from '../base/sql-error.ts';
import type { StatementClass } from '../sql/classifier.ts';
import { parseSet } from '../sql/set.ts';
import { parseShow } from '../sql/show.ts';
import type { ShowForm } from '../sql/show-forms.ts';
import type { Token } from '../sql/token.ts';
import { parseTransaction } from '../sql/transaction.ts';
import type { Access } from './access.ts';

/** A statement that another server would answer, as our lexer reads it; no tokens where it cannot. */
export type ForeignReading = Readonly<{ text: string; tokens: readonly Token[]; kind: StatementClass }>;

/**
 * What accounts that are no administrators may have answered by the server of an external catalog. That server runs a
 * text under the catalog's own account, in a dialect that is not parsed here, so there are no privileges on single tables:
 * with USAGE and SELECT on all of the catalog (`GRANT SELECT ON c.*.*`) one reads, and nothing else. Whatever could mean
 * more to that server than to our lexer is refused. Throws SqlError: 5203 without USAGE, else MySQL's 1227.
 */
export function requireForeign(catalog: string, reading: ForeignReading, access: Access): void {
  if (access.isAdministrator) return;
  access.requireCatalog(catalog);
  if (access.readsAllOf(catalog) && isReading(reading) && isPlain(reading)) return;
  throw new SqlError(
    'privilege_denied',
    'Access denied; you need (at least one of) the ADMIN privilege(s) for this operation',
    { hint: `With SELECT on ${catalog}.*.* an account may run plain SELECT, SHOW and DESCRIBE there.` },
  );
}

function isReading({ kind, tokens, text }: ForeignReading): boolean {
  switch (kind) {
    case 'select':
    case 'explain':
    case 'describe':
    case 'use':
      return true;
    case 'transaction':
      return isKnown(() => !parseTransaction(tokens, text).kind.includes('lock'));
    case 'show':
      return isKnown(() => shownForms.has(parseShow(tokens, text).form));
    case 'set':
      return isKnown(() => parseSet(tokens, text).assignments.every(isOwnSetting));
    default:
      return false;
  }
}

/** What describes databases and the server, not what others do on it. */
const shownForms: ReadonlySet<ShowForm> = new Set<ShowForm>([
  'databases',
  'tables',
  'table_status',
  'columns',
  'index',
  'create_table',
  'create_view',
  'create_database',
  'procedure_status',
  'function_status',
  'triggers',
  'variables',
  'status',
  'collation',
  'character_set',
  'engines',
  'warnings',
  'errors',
  'count_warnings',
  'count_errors',
]);

/** What drivers and BI tools set for themselves. Some variables of a session can harm a server: the log switched off. */
const ownVariables: ReadonlySet<string> = new Set(
  (
    'autocommit sql_mode time_zone sql_select_limit max_execution_time max_statement_time wait_timeout interactive_timeout ' +
    'net_write_timeout net_read_timeout character_set_client character_set_connection character_set_results ' +
    'collation_connection transaction_isolation tx_isolation transaction_read_only tx_read_only group_concat_max_len ' +
    'sql_auto_is_null sql_safe_updates lc_messages lc_time_names'
  ).split(' '),
);

type Assignment = ReturnType<typeof parseSet>['assignments'][number];

function isOwnSetting(assignment: Assignment): boolean {
  switch (assignment.kind) {
    case 'names':
    case 'character_set':
    case 'user':
      return true;
    case 'transaction':
      return assignment.scope !== 'GLOBAL';
    case 'system':
      return assignment.scope === 'SESSION' && ownVariables.has(assignment.name);
  }
}

/** Databases of the server's own, which hold the passwords of its accounts, and the words that reach files. */
const reservedNames: ReadonlySet<string> = new Set(['mysql', 'sys', 'performance_schema']);
const reservedWords: ReadonlySet<string> = new Set(['INTO', 'LOAD_FILE', 'PROCEDURE']);

/**
 * Nothing that servers read in different ways: no backslash, which ends a text or does not by sql_mode, and no comment
 * that is executed. No file, and no name of the server's own databases.
 */
function isPlain({ text, tokens }: ForeignReading): boolean {
  if (text.includes('\\') || text.includes('/*!') || text.includes('/*M!')) return false;
  return !tokens.some(
    (token) =>
      reservedWords.has(token.upper) || (isName(token) && reservedNames.has(token.value.toLowerCase())),
  );
}

/** With ANSI_QUOTES a text in double quotes is a name. */
function isName({ kind, text }: Token): boolean {
  return kind === 'word' || kind === 'quoted' || text.startsWith('"');
}

/** A text that our parsers do not know is nobody's but an administrator's. */
function isKnown(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
