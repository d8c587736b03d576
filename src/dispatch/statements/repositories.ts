import { SqlError } from '../../base/sql-error.ts';
import { textColumn } from '../../base/rows.ts';
import { isKnownBroker } from '../../repository/broker.ts';
import { benchmark } from '../../repository/benchmark.ts';
import { parseLocation } from '../../repository/location.ts';
import { knownProperties, propertyWarnings } from '../../repository/open-adapter.ts';
import { probe, probeReading, reportOf } from '../../repository/probe.ts';
import { repositoriesHint, type Repository } from '../../repository/repositories.ts';
import { StorageError } from '../../repository/storage-error.ts';
import { SnapshotError } from '../../snapshot/snapshot-error.ts';
import { isSecretName, mask } from '../../sql/secrets.ts';
import type { CreateRepository, Properties, ShowTail } from '../../sql/statement.ts';
import { quoteDouble } from '../../sql/quote.ts';
import { analysisError } from '../analysis.ts';
import type { Warning } from '../../source/query.ts';
import { type Answer, okAnswer, okWith, rowsAnswer } from '../answer.ts';
import { brokerTable } from '../columns/show-broker.ts';
import { checkTable } from '../columns/check-repository.ts';
import { repositoryTable } from '../columns/show-repositories.ts';
import { likeRows } from '../row-filter.ts';
import { shownAnswer } from '../shown-answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** CREATE REPOSITORY: proves the place before it says OK; joins the repository that is already there. */
export async function createRepository(
  statement: CreateRepository,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { name, readOnly, location, broker, properties } = statement;
  if (!isKnownBroker(broker)) {
    const hint = 'SHOW BROKER lists the names; WITH BROKER without one is the built-in client.';
    throw analysisError(`broker does not exist: ${broker}`, 'backup', hint);
  }
  if (location === '') throw analysisError('You must specify a location on the repository');
  const request = { name, readOnly, location, properties, ...(broker !== undefined && { broker }) };
  const found = await explained('create', () => services.repositories.create(request, state.user, signal));
  return okWith(warningsOf([...unknownKeys(location, properties), ...found]));
}

/** ALTER REPOSITORY r PROPERTIES (…): changes credentials and the like, proven first. */
export async function alterRepository(
  statement: Readonly<{ name: string; properties: Properties }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { name, properties } = statement;
  const found = await explained('alter', () =>
    services.repositories.alter(name, properties, state.user, signal),
  );
  const { location } = services.repositories.get(name);
  return okWith(warningsOf([...unknownKeys(location, properties), ...found]));
}

/** DROP REPOSITORY: waits for files that are being taken away, so that a script may drop a snapshot just before. */
export async function dropRepository(
  statement: Readonly<{ name: string }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const use = await services.scheduler.useAfterRemoval(statement.name, signal);
  if (use === 'job') {
    throw new SqlError('backup', 'Backup or restore job is running on this repository. Can not drop it');
  }
  if (use === 'removal') {
    const message = `Files of cancelled backups or dropped snapshots are being removed from repository ${statement.name}. Can not drop it yet`;
    throw new SqlError('backup', message, {
      hint: 'It has taken more than ten seconds by now. Try again later.',
    });
  }
  await services.repositories.drop(statement.name, state.user);
  return okAnswer;
}

export async function showRepositories(
  tail: ShowTail,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  const all = repositoryTable(services.repositories.list(), services.repositoryErrors());
  const table = likeRows(all, 'RepoName', tail.like);
  return shownAnswer(table, tail, services, signal);
}

export async function showBroker(tail: ShowTail, services: Services, signal: AbortSignal): Promise<Answer> {
  const table = likeRows(brokerTable(services.startedAt), 'Name', tail.like);
  return shownAnswer(table, tail, services, signal);
}

/**
 * CHECK REPOSITORY r [WITH BENCHMARK]: each step as a row, that the repository is there before those of the trial, which would
 * be content with an empty place, such as a disk that is not mounted. Writes nothing to a read-only one.
 */
export async function checkRepository(
  statement: Readonly<{ name: string; benchmark: boolean }>,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  const { name, readOnly } = services.repositories.get(statement.name);
  const look = async (): Promise<object> => {
    await services.lookAtRepository(name, signal);
    return {};
  };
  const found = await reportOf('find the repository in', look, signal);
  if (found.outcome === 'failed') return rowsAnswer(checkTable([found]));
  await using store = await services.repositories.openToLook(name, signal);
  const now = (): number => services.clock.now();
  const { steps } = await (readOnly ? probeReading : probe)(store, now, signal);
  const isFit = steps.every((step) => step.outcome !== 'failed');
  const measured = statement.benchmark && isFit && !readOnly ? await benchmark(store, signal) : [];
  return rowsAnswer(checkTable([found, ...steps, ...measured]));
}

/** Younger files may be those of a backup by another installation, which this one knows nothing of. */
const cleanAgeMs = 86_400_000;

/** CLEAN REPOSITORY r [FORCE]: deletes the files that no snapshot and no job needs; a note says how many. */
export async function cleanRepository(
  statement: Readonly<{ name: string; force: boolean }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { scheduler, clock } = services;
  const { name, readOnly } = services.repositories.get(statement.name);
  if (readOnly) throw new SqlError('backup', `Repository ${name} is read only`);
  const place = await services.openRepository(name, signal);
  const before = statement.force ? Number.POSITIVE_INFINITY : clock.now() - cleanAgeMs;
  const marked = await scheduler.disposal.clean(place, before, state.user, signal);
  const what = marked === 1 ? '1 file that no snapshot needs' : `${marked} files that no snapshot needs`;
  const isLater = marked > 0 && scheduler.disposal.isFreeing(name);
  const message = isLater ? `${what}: to be deleted when the jobs that run now have ended` : what;
  return okWith([{ level: 'Note', number: warningNumber, message }]);
}

/**
 * SHOW CREATE REPOSITORY FOR r: the statement that makes it again, secrets masked. A key that means nothing may be the
 * mistyped name of a secret: its value is masked too.
 */
export function showCreateRepository(statement: Readonly<{ name: string }>, services: Services): Answer {
  const repository = services.repositories.find(statement.name);
  if (repository === undefined) {
    throw new SqlError('backup', 'repository not exist.', { hint: repositoriesHint });
  }
  const columns = [textColumn('RepoName'), textColumn('CreateStmt', 1_000)];
  return rowsAnswer({ columns, rows: [[repository.name, createText(repository, services)]] });
}

function createText(repository: Repository, services: Services): string {
  const { name, readOnly, location, broker } = repository;
  const given = services.repositories.properties(name);
  const known = knownProperties(parseLocation(location), new Map(given));
  const shown = (key: string, value: string): string =>
    isSecretName(key) || !known.includes(key) ? mask : value;
  const properties = given.map(
    ([key, value]) => `    ${quoteDouble(key)} = ${quoteDouble(shown(key, value))}`,
  );
  return [
    `CREATE ${readOnly ? 'READ ONLY ' : ''}REPOSITORY \`${name}\``,
    `WITH BROKER${broker === undefined ? '' : ` \`${broker}\``}`,
    `ON LOCATION ${quoteDouble(location)}`,
    ...(properties.length > 0 ? [`PROPERTIES (\n${properties.join(',\n')}\n)`] : []),
  ].join('\n');
}

/** A failure of the place itself, in StarRocks' frame. */
async function explained<T>(verb: 'create' | 'alter', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StorageError) && !(error instanceof SnapshotError)) throw error;
    const hint = error instanceof StorageError ? error.hint : undefined;
    const text = `Failed to ${verb} repository: ${error.message}`;
    throw new SqlError('backup', text, { cause: error, ...(hint !== undefined && { hint }) });
  }
}

function unknownKeys(location: string, properties: Properties): readonly string[] {
  return propertyWarnings(parseLocation(location), new Map(properties));
}

/** MySQL's number for a warning that has none of its own: ER_UNKNOWN_ERROR. */
const warningNumber = 1105;

function warningsOf(messages: readonly string[]): readonly Warning[] {
  return messages.map((message) => ({ level: 'Warning', number: warningNumber, message }));
}
