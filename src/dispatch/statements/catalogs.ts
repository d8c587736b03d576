import { textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import { withoutPassword } from '../../catalog/external/withheld.ts';
import { quoteDouble, quoteName } from '../../sql/quote.ts';
import { isSecretName, mask } from '../../sql/secrets.ts';
import type { CatalogStatement, Properties, ShowTail } from '../../sql/statement.ts';
import { type Answer, okAnswer, rowsAnswer } from '../answer.ts';
import { catalogTable } from '../columns/show-catalogs.ts';
import { likeRows } from '../row-filter.ts';
import { shownAnswer } from '../shown-answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

type CreateCatalog = Extract<CatalogStatement, { kind: 'create_catalog' }>;

/** CREATE EXTERNAL CATALOG: its server is tried before it says OK. */
export async function createCatalog(
  statement: CreateCatalog,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { name, ifNotExists, comment, properties } = statement;
  const request = { name, properties, ...(comment !== undefined && { comment }) };
  await services.externalCatalogs.create(request, { ifNotExists }, state.user, signal);
  return okAnswer;
}

/** ALTER CATALOG c SET (…): a new password, another host; tried first. */
export async function alterCatalog(
  statement: Readonly<{ name: string; properties: Properties }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  refuseInternal(statement.name);
  state.access.requireCatalog(statement.name, 'ALTER');
  await services.externalCatalogs.alter(statement.name, statement.properties, state.user, signal);
  return okAnswer;
}

/**
 * DROP CATALOG [IF EXISTS]. Sessions that are in it get an error with their next statement. Waits for what a cancelled
 * restore takes away from its server, which nobody reaches any more when the catalog is gone.
 */
export async function dropCatalog(
  statement: Readonly<{ name: string; ifExists: boolean }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { name, ifExists } = statement;
  refuseInternal(name);
  state.access.requireCatalog(name, 'DROP');
  if (ifExists && services.externalCatalogs.find(name) === undefined) return okAnswer;
  await services.scheduler.afterCleaningOf(name, signal);
  if (services.scheduler.list({ catalog: name }).some((job) => !job.isSettled)) {
    throw new SqlError('backup', `Backup or restore job is running on catalog '${name}'. Can not drop it`);
  }
  await services.externalCatalogs.drop(name, state.user);
  return okAnswer;
}

/** SHOW CATALOGS [LIKE p]: the embedded engine's, and those that the login may use. */
export async function showCatalogs(
  tail: ShowTail,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const usable = services.externalCatalogs.list().filter(({ name }) => state.access.mayUseCatalog(name));
  const table = likeRows(catalogTable(usable), 'Catalog', tail.like);
  return shownAnswer(table, tail, services, signal);
}

/** SHOW CREATE CATALOG c: the statement that makes it again, but for its secrets. */
export function showCreateCatalog(
  statement: Readonly<{ name: string }>,
  services: Services,
  state: SessionState,
): Answer {
  const { name } = statement;
  refuseInternal(name);
  state.access.requireCatalog(name);
  const { comment } = services.externalCatalogs.get(name);
  const properties = services.externalCatalogs
    .properties(name)
    .map(([key, value]) => `    ${quoteDouble(key)} = ${quoteDouble(shownValue(key, value))}`);
  const text = [
    `CREATE EXTERNAL CATALOG ${quoteName(name)}`,
    ...(comment === undefined ? [] : [`COMMENT ${quoteDouble(comment)}`]),
    `PROPERTIES (\n${properties.join(',\n')}\n)`,
  ].join('\n');
  const columns = [textColumn('Catalog', 256), textColumn('Create Catalog', 1_000)];
  return rowsAnswer({ columns, rows: [[name, text]] });
}

/** SET CATALOG c: the database of the other catalog is no longer the current one. */
export function setCatalog(
  statement: Readonly<{ name: string }>,
  services: Services,
  state: SessionState,
): Answer {
  const { name } = statement;
  if (!services.catalogs.names().includes(name)) services.externalCatalogs.get(name);
  if (services.catalogs.isExternal(name)) state.access.requireCatalog(name);
  if (state.catalog !== name) state.database = undefined;
  state.catalog = name;
  return okAnswer;
}

function shownValue(key: string, value: string): string {
  if (isSecretName(key)) return mask;
  return key === 'jdbc_uri' ? withoutPassword(value) : value;
}

function refuseInternal(name: string): void {
  if (name !== internalCatalog) return;
  const text = `Getting analyzing error. Detail message: ${internalCatalog} is the embedded engine's and no external catalog.`;
  throw new SqlError('analysis', text);
}
