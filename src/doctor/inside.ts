import type { Connection, RowDataPacket } from 'mysql2/promise';
import { connectAs } from '../administrator.ts';
import type { Config } from '../config/config.ts';
import { failure, type Finding, messageOf, ok, warning } from './finding.ts';
import { missingPrivileges } from './privileges.ts';

/** S3 refuses signatures of clocks that differ by 15 minutes; times in manifests are to be believed to the second. */
const clockMsMax = 5_000;
const internalCatalog = 'default_catalog';

/** Asks the running server, as root, what it thinks of its repositories and sources. */
export async function* checkInside(config: Config): AsyncGenerator<Finding> {
  let connection: Connection;
  try {
    connection = await connectAs('root', config, config.listen);
  } catch (error) {
    yield warning(
      'inside',
      `not looked at: ${messageOf(error)}; HOLDFAST_ROOT_PASSWORD gives the password of root`,
    );
    return;
  }
  try {
    yield* checkJobs(connection);
    yield* checkRepositories(connection);
    yield* checkSources(connection);
  } finally {
    await connection.end();
  }
}

async function ask(connection: Connection, sql: string): Promise<readonly RowDataPacket[]> {
  return (await connection.query<RowDataPacket[]>(sql))[0];
}

const countJobs =
  'SELECT count(*) AS jobs, coalesce(sum(error_code IS NOT NULL), 0) AS failed FROM information_schema.';

async function* checkJobs(connection: Connection): AsyncGenerator<Finding> {
  for (const kind of ['backup', 'restore'] as const) {
    const [row] = await ask(connection, `${countJobs}${kind}_jobs`);
    const text = `${String(row?.['jobs'])} known, ${String(row?.['failed'])} of them cancelled`;
    yield Number(row?.['failed']) > 0 ? warning(`${kind} jobs`, text) : ok(`${kind} jobs`, text);
  }
}

async function* checkRepositories(connection: Connection): AsyncGenerator<Finding> {
  for (const row of await ask(connection, 'SHOW REPOSITORIES')) {
    const name = String(row['RepoName']);
    yield await checkRepository(connection, name);
  }
}

async function checkRepository(connection: Connection, name: string): Promise<Finding> {
  const subject = `repository ${name}`;
  try {
    const steps = await ask(connection, `CHECK REPOSITORY ${quote(name)}`);
    const told = steps.filter((step) => step['Result'] !== 'PASS');
    const text = told.map((step) => `cannot ${String(step['Step'])}: ${String(step['Message'])}`).join('; ');
    if (told.some((step) => step['Result'] === 'FAIL')) return failure(subject, text);
    return told.length > 0
      ? warning(subject, text)
      : ok(subject, `${steps.length} steps of CHECK REPOSITORY passed`);
  } catch (error) {
    return failure(subject, messageOf(error));
  }
}

async function* checkSources(connection: Connection): AsyncGenerator<Finding> {
  for (const row of await ask(connection, 'SHOW CATALOGS')) {
    const name = String(row['Catalog']);
    if (name === internalCatalog) continue;
    try {
      await connection.query(`SET CATALOG ${quote(name)}`);
      yield* checkSource(connection, `source ${name}`);
    } catch (error) {
      yield failure(`source ${name}`, messageOf(error));
    }
    await connection.query(`SET CATALOG ${internalCatalog}`);
  }
}

async function* checkSource(connection: Connection, subject: string): AsyncGenerator<Finding> {
  const [about] = await ask(
    connection,
    'SELECT version() AS version, unix_timestamp(now(3)) * 1000 AS now_ms',
  );
  const version = String(about?.['version']);
  const apartMs = Math.abs(Number(about?.['now_ms']) - Date.now());
  if (apartMs > clockMsMax) {
    yield warning(
      subject,
      `its clock and that of this machine are ${Math.round(apartMs / 1_000)} seconds apart`,
    );
  }
  const lines = (await ask(connection, 'SHOW GRANTS')).map((row) => String(Object.values(row)[0]));
  const missing = missingPrivileges(lines, version);
  if (missing.length === 0) yield ok(subject, `${version}, with all privileges that a backup needs`);
  for (const { privilege, without } of missing) yield warning(subject, `lacks ${privilege}: ${without}`);
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
