import { SqlError } from '../base/sql-error.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { unknownCatalog } from '../source/known-name.ts';
import { bulkInsertHead } from '../sql/bulk-insert.ts';
import { classify, type StatementClass } from '../sql/classifier.ts';
import { parseDescribe } from '../sql/describe.ts';
import { parseKill } from '../sql/kill.ts';
import { tokenize } from '../sql/lexer.ts';
import { quoteName } from '../sql/quote.ts';
import { catalogOfShow, parseShow } from '../sql/show.ts';
import type { Token } from '../sql/token.ts';
import { parseUse } from '../sql/use.ts';
import { namedTables, withoutCatalog } from './catalog-names.ts';
import { requireForeign } from './elsewhere-access.ts';
import { lexingOf } from './lexing.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';

/** A statement that the server of an external catalog answers. */
export type Elsewhere = Readonly<{
  catalog: string;
  /** As that server is to read it: names without our catalogs. */
  text: string;
  /** What the session remembers once that server has said OK. */
  effect: Readonly<{ kind: 'none' | 'set' }> | Readonly<{ kind: 'use'; database: string }>;
}>;

type Reading = Readonly<{
  text: string;
  tokens: readonly Token[];
  kind: StatementClass;
  state: SessionState;
  services: Services;
}>;

const nothing = { kind: 'none' } as const;

/**
 * Where a statement is answered: undefined for one that is answered here. In a session of an external catalog that
 * is the backup dialect, what names another catalog, and KILL of a connection of this server; everything else goes to
 * that catalog's server, also what cannot be read here. Throws SqlError for what neither side can do, and for accounts
 * without the privilege.
 */
export function elsewhere(text: string, services: Services, state: SessionState): Elsewhere | undefined {
  const { catalogs } = services;
  if (state.catalog === internalCatalog && catalogs.names().length === 1) return undefined;
  const tokens = readTokens(text, state);
  const kind = tokens === undefined ? 'unknown' : classify(tokens);
  const reading = { text, tokens: tokens ?? [], kind };
  const found = route({ ...reading, state, services });
  if (found !== undefined) requireForeign(found.catalog, reading, state.access);
  return found;
}

/** Undefined for a text that is no statement by our lexer's rules. */
function readTokens(text: string, state: SessionState): readonly Token[] | undefined {
  const lexing = lexingOf(state);
  return attempt(() => bulkInsertHead(text, lexing) ?? tokenize(text, lexing));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function route(reading: Reading): Elsewhere | undefined {
  const { tokens, kind } = reading;
  switch (kind) {
    case 'dialect':
      return isServersBackup(tokens) ? toSession(reading) : undefined;
    case 'comment_only':
      return undefined;
    case 'use':
      return routeUse(reading);
    case 'show':
      return routeShow(reading);
    case 'describe':
      return routeDescribe(reading);
    case 'kill':
      return isOwnConnection(reading) ? undefined : toSession(reading);
    case 'load':
      return routeLoad(reading);
    case 'account':
      return routeAccount(reading);
    case 'set': {
      const there = toSession(reading);
      return there && { ...there, effect: { kind: 'set' } };
    }
    default:
      return routeTables(reading);
  }
}

/** To the server of the session's catalog, if it has one. Throws for a catalog that was dropped meanwhile. */
function toSession({ text, state, services }: Reading): Elsewhere | undefined {
  const { catalog } = state;
  if (catalog === internalCatalog) return undefined;
  if (!services.catalogs.isExternal(catalog)) throw unknownCatalog(catalog);
  return { catalog, text, effect: nothing };
}

/** MariaDB's BACKUP STAGE, BACKUP LOCK and BACKUP UNLOCK begin like ours. */
function isServersBackup(tokens: readonly Token[]): boolean {
  return tokens[0]?.upper === 'BACKUP' && /^(?:STAGE|LOCK|UNLOCK)$/.test(tokens[1]?.upper ?? '');
}

function routeUse(reading: Reading): Elsewhere | undefined {
  const { tokens, text, state, services } = reading;
  const named = attempt(() => parseUse(tokens, text));
  if (named === undefined) return toSession(reading);
  const catalog = named.catalog ?? state.catalog;
  if (!services.catalogs.isExternal(catalog)) return undefined;
  const { database } = named;
  return { catalog, text: `USE ${quoteName(database)}`, effect: { kind: 'use', database } };
}

/** What the last statement left behind is known where it was answered. */
const diagnostics: readonly string[] = ['warnings', 'errors', 'count_warnings', 'count_errors'];

function routeShow(reading: Reading): Elsewhere | undefined {
  const { tokens, text, state } = reading;
  const parsed = attempt(() => parseShow(tokens, text));
  if (parsed === undefined) return toSession(reading);
  if (diagnostics.includes(parsed.form) && state.isAnsweredHere) return undefined;
  if (catalogOfShow(parsed) === undefined) return toSession(reading);
  return toCatalog(reading, parsed.target, parsed.form === 'databases');
}

function routeDescribe(reading: Reading): Elsewhere | undefined {
  const parsed = attempt(() => parseDescribe(reading.tokens, reading.text));
  if (parsed === undefined || parsed.table.length < 3) return toSession(reading);
  return toCatalog(reading, parsed.table, false);
}

/** A name that begins with a catalog: that catalog answers, the session's stays what it is. */
function toCatalog(reading: Reading, path: readonly string[], isClause: boolean): Elsewhere | undefined {
  const { services, tokens, text } = reading;
  const [catalog = ''] = path;
  if (!services.catalogs.names().includes(catalog)) services.catalogs.source(catalog);
  if (!services.catalogs.isExternal(catalog)) return undefined;
  const at = tokens.findIndex(
    (token, index) =>
      token.value === catalog && isName(token) && (isClause || tokens[index + 1]?.text === '.'),
  );
  const from = isClause ? tokens[at - 1] : tokens[at];
  const end = isClause ? tokens[at]?.end : tokens[at + 2]?.start;
  return { catalog, text: `${text.slice(0, from?.start)}${text.slice(end)}`, effect: nothing };
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted';
}

function isOwnConnection({ tokens, text, services, state }: Reading): boolean {
  const parsed = attempt(() => parseKill(tokens, text));
  if (parsed === undefined) return false;
  const by = { user: state.user, mayOperate: state.access.mayOperate };
  return services.connections.processes(by).rows.some(([id]) => Number(id) === parsed.connection);
}

function routeLoad(reading: Reading): Elsewhere | undefined {
  const there = toSession(reading);
  if (there !== undefined && reading.tokens.some(({ upper }) => upper === 'LOCAL')) {
    throw new SqlError('loading_local_data_disabled', 'Loading local data is disabled', {
      hint: 'Load the file with a connection to that server itself.',
    });
  }
  return there;
}

/** Accounts are those of the catalog's server; but our own account there is the catalog's. */
function routeAccount(reading: Reading): Elsewhere | undefined {
  const there = toSession(reading);
  const [first, second, third] = reading.tokens;
  if (there === undefined || first?.upper !== 'SET' || second?.upper !== 'PASSWORD') return there;
  if (third?.upper === 'FOR') return there;
  throw new SqlError(
    'not_supported',
    `SET PASSWORD without FOR would change the account of catalog '${there.catalog}' on its server`,
    {
      hint: 'To change your own password here: SET CATALOG default_catalog first. To change one there: name it with FOR.',
    },
  );
}

/**
 * Whose tables a statement reads or writes. Those of the session's own catalog may have its name before them. A query
 * of tables of one other catalog, each with the catalog's name, is answered there. Throws for what no server sees whole.
 */
function routeTables(reading: Reading): Elsewhere | undefined {
  const { text, tokens, kind, state, services } = reading;
  const tables = namedTables(tokens);
  // A name that is no catalog of ours may be one of the server's: StarRocks has them, too.
  const named = services.catalogs.names().filter((name) => tables.some(({ catalog }) => catalog === name));
  const [first] = named.filter((catalog) => catalog !== state.catalog);
  if (first === undefined) {
    const isExternal = services.catalogs.isExternal(state.catalog);
    return toSession(
      isExternal ? { ...reading, text: withoutCatalog(text, tokens, state.catalog) } : reading,
    );
  }
  const isQuery = kind === 'select' || kind === 'explain';
  if (!isQuery || tables.some(({ catalog }) => catalog !== first)) {
    throw otherCatalog(first, state.catalog);
  }
  if (tokens.some(({ upper }) => upper === 'INTO')) throw otherCatalog(first, state.catalog);
  if (!services.catalogs.isExternal(first)) return undefined;
  return { catalog: first, text: withoutCatalog(text, tokens, first), effect: nothing };
}

function otherCatalog(named: string, current: string): SqlError {
  const text = `This version of Holdfast doesn't yet support 'an object of catalog ${named} in a session of catalog ${current}'`;
  const hint = `SET CATALOG ${quoteName(named)} first; a SELECT may name tables of one other catalog, each with its catalog.`;
  return new SqlError('not_supported', text, { hint });
}
