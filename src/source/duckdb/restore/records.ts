import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import { dictionarySchema } from '../physical/names.ts';
import type { PreparedPlan } from './others.ts';

/**
 * What the engine's file remembers of restores: which shadow tables belong to which, what each was asked for, which
 * files it has loaded, and which are committed. Written in the transactions of what they describe.
 */

/** A shadow table: the table `target` of `database` before its time. */
export type Shadow = Readonly<{ restoreId: string; database: string; target: string; shadow: string }>;

/** Part of every shadow's name; the dictionary knows none of them, so no statement of a user reaches one. */
const shadowPrefix = '__holdfast_shadow_';
/** The record that holds the plan stands under no table's name. */
const planTarget = '';

export function shadowName(restoreId: string, index: number): string {
  return `${shadowPrefix}${restoreId}_${index}`;
}

export async function readShadows(connection: Connection, restoreId?: string): Promise<readonly Shadow[]> {
  const where = restoreId === undefined ? '' : ` AND restore_id = ${duckdbText(restoreId)}`;
  const rows = await connection.facts(
    `SELECT restore_id, database, target, shadow FROM ${dictionarySchema}.shadows ` +
      `WHERE target <> ${duckdbText(planTarget)}${where}`,
  );
  return rows.map(([id, database, target, shadow]) => ({
    restoreId: String(id),
    database: String(database),
    target: String(target),
    shadow: String(shadow),
  }));
}

/** Every restore that has left something in the file. */
export async function recordedRestores(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.facts(
    ['shadows', 'loads', 'commits']
      .map((table) => `SELECT restore_id FROM ${dictionarySchema}.${table}`)
      .join(' UNION '),
  );
  return rows.map(([id]) => String(id));
}

export async function writeShadow(connection: Connection, shadow: Shadow, facts = ''): Promise<void> {
  const values = [shadow.restoreId, shadow.database, shadow.target, shadow.shadow, facts];
  await connection.run(
    `INSERT INTO ${dictionarySchema}.shadows VALUES (${values.map((value) => duckdbText(value)).join(', ')})`,
  );
}

/** Notes the plan of a restore, in the place of an earlier one. */
export async function writePlan(
  connection: Connection,
  restoreId: string,
  plan: PreparedPlan,
): Promise<void> {
  const record = { restoreId, database: plan.database, target: planTarget, shadow: '' };
  await forgetShadow(connection, restoreId, planTarget);
  const json = JSON.stringify(plan, (_key, value: unknown) =>
    typeof value === 'bigint' ? { bigint: value.toString() } : value,
  );
  await writeShadow(connection, record, json);
}

/** The plan that `writePlan` kept; undefined when the restore is not prepared. */
export async function readPlan(connection: Connection, restoreId: string): Promise<PreparedPlan | undefined> {
  const json = await connection.fact(
    `SELECT facts FROM ${dictionarySchema}.shadows WHERE target = ${duckdbText(planTarget)} ` +
      `AND restore_id = ${duckdbText(restoreId)}`,
  );
  if (json === null) return undefined;
  // Only `writePlan` writes these records.
  return JSON.parse(String(json), (_key, value: unknown) => unwrapped(value)) as PreparedPlan;
}

/** What has been loaded into the shadow of `target`. */
export async function loadedBlobs(
  connection: Connection,
  restoreId: string,
  target: string,
): Promise<ReadonlySet<string>> {
  const rows = await connection.facts(
    `SELECT blob FROM ${dictionarySchema}.loads WHERE restore_id = ${duckdbText(restoreId)} ` +
      `AND target = ${duckdbText(target)}`,
  );
  return new Set(rows.map(([blob]) => String(blob)));
}

export async function writeLoads(
  connection: Connection,
  restoreId: string,
  target: string,
  blobs: readonly string[],
): Promise<void> {
  const rows = blobs.map(
    (blob) => `(${[restoreId, target, blob].map((text) => duckdbText(text)).join(', ')})`,
  );
  await connection.run(`INSERT INTO ${dictionarySchema}.loads VALUES ${rows.join(', ')}`);
}

export async function isCommitted(connection: Connection, restoreId: string): Promise<boolean> {
  const count = await connection.fact(
    `SELECT count(*) FROM ${dictionarySchema}.commits WHERE restore_id = ${duckdbText(restoreId)}`,
  );
  return Number(count) > 0;
}

export async function writeCommit(connection: Connection, restoreId: string, at: number): Promise<void> {
  await connection.run(`INSERT INTO ${dictionarySchema}.commits VALUES (${duckdbText(restoreId)}, ${at})`);
}

/** Forgets one shadow, which its caller drops. */
export async function forgetShadow(connection: Connection, restoreId: string, target: string): Promise<void> {
  await connection.run(
    `DELETE FROM ${dictionarySchema}.shadows WHERE restore_id = ${duckdbText(restoreId)} ` +
      `AND target = ${duckdbText(target)}`,
  );
}

/** Forgets shadows and loads of a restore; that it was committed stays known. */
export async function forgetShadows(connection: Connection, restoreId: string): Promise<void> {
  for (const table of ['shadows', 'loads']) {
    await connection.run(
      `DELETE FROM ${dictionarySchema}.${table} WHERE restore_id = ${duckdbText(restoreId)}`,
    );
  }
}

export async function forgetCommit(connection: Connection, restoreId: string): Promise<void> {
  await connection.run(`DELETE FROM ${dictionarySchema}.commits WHERE restore_id = ${duckdbText(restoreId)}`);
}

function unwrapped(value: unknown): unknown {
  const isBigint =
    typeof value === 'object' && value !== null && Object.keys(value).length === 1 && 'bigint' in value;
  return isBigint && typeof value.bigint === 'string' ? BigInt(value.bigint) : value;
}
