import { MetadataError } from '../metadata-error.ts';
import type { KylinConnection } from './connection.ts';
import type { KylinTables } from './tables.ts';

/** The lease of one project, or of `_global`. */
export type EpochRow = Readonly<{ target: string; owner: string; mvcc: number }>;

export const epochEnding = '_epoch';
/** The port that maintenance mode writes in the place of a node's. */
const maintenancePort = ':0000';

/**
 * Locks all leases until the transaction ends: no node renews or takes one meanwhile. Throws MetadataError `busy` when the
 * store is in maintenance mode. Without the table (C, and B before its first start) there is nothing to lock.
 */
export async function lockEpochs(
  connection: KylinConnection,
  tables: KylinTables,
  signal: AbortSignal,
): Promise<readonly EpochRow[]> {
  if (tables.generation !== 'B' || !tables.columns.has(epochEnding)) return [];
  const rows = await connection.rows(
    `SELECT epoch_target AS target, current_epoch_owner AS owner, mvcc
     FROM ${tables.nameOf(epochEnding)}${connection.dialect.lockRows}`,
    [],
    signal,
  );
  const epochs = rows.map((row) => ({
    target: String(row['target']),
    owner: typeof row['owner'] === 'string' ? row['owner'] : '',
    mvcc: Number(row['mvcc']),
  }));
  const inMaintenance = epochs.find(({ owner }) => owner.includes(maintenancePort));
  if (inMaintenance === undefined) return epochs;
  throw new MetadataError(
    'busy',
    `metadata store '${connection.place}' is in maintenance mode: nothing was changed`,
    {
      hint: 'Another restore runs, or one was ended: MaintainModeTool -off leaves it.',
    },
  );
}

/**
 * Takes the leases of the projects that a restore changes away from their owners and gives them up in the same
 * step: who held one finds it lost, and the nodes race again. Were they taken in a transaction of their own, a killed
 * restore would leave Kylin in maintenance mode.
 */
export async function passEpochs(
  connection: KylinConnection,
  tables: KylinTables,
  epochs: readonly EpochRow[],
  signal: AbortSignal,
): Promise<void> {
  for (const { target, mvcc } of epochs) {
    const changed = await connection.change(
      `UPDATE ${tables.nameOf(epochEnding)} SET epoch_id = epoch_id + 1, current_epoch_owner = '',
       last_epoch_renew_time = -1, mvcc = mvcc + 1 WHERE epoch_target = ? AND mvcc = ?`,
      [target, mvcc],
      signal,
    );
    if (changed !== 1) throw new MetadataError('conflict', `the epoch of '${target}' was taken by another`);
  }
}
