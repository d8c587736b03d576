import { randomUUID } from 'node:crypto';
import { failpoint } from '../../../base/failpoint.ts';
import { hostname } from 'node:os';
import { isGlobalType } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import type { PackingThread } from '../packing-thread.ts';
import type { ResourceChange } from '../resource.ts';
import { parseObject, textOf } from '../json-content.ts';
import type { KylinConnection, Value } from './connection.ts';
import { derivedColumns } from './derived-columns.ts';
import { rowTables, type RowTable, type Session } from './rows.ts';
import { auditEnding, type KylinTables } from './tables.ts';

/** Rows sent in one statement, and their bytes: below the smallest `max_allowed_packet` in use, 16 MB. */
const rowsPerWrite = 500;
const bytesPerWrite = 4 * 1024 * 1024;
/** Of the audit log's columns `operator` and `unit_id`. */
const operatorCharactersMax = 200;

/** The unit that a restore is for those who follow the audit log. */
type Unit = Readonly<{ id: string; operator: string; instance: string; now: number }>;

/**
 * Writes changes and their audit rows inside the transaction of a connection, some hundred at a time. While the database
 * works on one batch the next is read and packed.
 */
export class RowWriter {
  readonly #connection: KylinConnection;
  readonly #tables: KylinTables;
  readonly #packing: PackingThread;
  readonly #signal: AbortSignal;
  readonly #known: readonly RowTable[];
  readonly #unit: Unit;
  #batch: ResourceChange[] = [];
  #batchBytes = 0;
  #sent: Promise<unknown> = Promise.resolve();
  /** Keys written, in order. */
  readonly keys: string[] = [];

  constructor({ connection, tables, packing }: Session, operator: string, signal: AbortSignal) {
    this.#connection = connection;
    this.#tables = tables;
    this.#packing = packing;
    this.#signal = signal;
    this.#known = rowTables(tables);
    // The instance must be no address of a Kylin node, or that one would take the rows for its own and skip them.
    const instance = `${hostname()}:0000`;
    const id = randomUUID();
    this.#unit = { id, operator: operator.slice(0, operatorCharactersMax), instance, now: Date.now() };
  }

  async add(change: ResourceChange): Promise<void> {
    const [first] = this.#batch;
    const isOther =
      first !== undefined && (first.kind !== change.kind || this.#tableOf(first) !== this.#tableOf(change));
    if (isOther || this.#batch.length >= rowsPerWrite || this.#batchBytes >= bytesPerWrite)
      await this.#flush();
    this.#batch.push(change);
    this.#batchBytes += change.kind === 'delete' ? 0 : change.resource.bytes.length;
    this.keys.push(keyOf(change));
  }

  /** Resolves when the database has taken all of it. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#sent;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    const [first] = batch;
    if (first === undefined) return;
    this.#batch = [];
    this.#batchBytes = 0;
    const table = this.#tableOf(first);
    const encoded = this.#encode(batch);
    // Whoever awaits the batch sees its failure; between two batches nobody does.
    encoded.catch(() => undefined);
    await this.#sent;
    this.#sent = encoded.then((cells) => this.#send(table, batch, cells, first.kind));
    this.#sent.catch(() => undefined);
  }

  /** The cells of a batch; none for what goes. A batch has one kind of change. */
  async #encode(batch: readonly ResourceChange[]): Promise<readonly Uint8Array[]> {
    const contents = batch.flatMap((change) => (change.kind === 'delete' ? [] : [change.resource.bytes]));
    return contents.length === 0 ? [] : this.#packing.pack('cell', contents);
  }

  async #send(
    table: RowTable,
    batch: readonly ResourceChange[],
    encoded: readonly Uint8Array[],
    kind: ResourceChange['kind'],
  ): Promise<void> {
    const rows =
      kind === 'delete' ? this.#delete(table, batch) : this.#put(table, batch, encoded, kind === 'update');
    const isAudited = this.#tables.columns.has(auditEnding(this.#tables.generation));
    const [changed] = await Promise.all([rows, isAudited && this.#audit(batch, encoded)]);
    failpoint('metadata.rows_sent');
    const counts = kind === 'update' ? this.#connection.dialect.overwriteCounts : 1;
    if (changed !== batch.length * counts) throw raced();
  }

  async #delete({ table, columns, prefix }: RowTable, batch: readonly ResourceChange[]): Promise<number> {
    const names = batch.map((change) => keyOf(change).slice(prefix.length));
    const sql = `DELETE FROM ${table} WHERE ${columns.key} IN (?)`;
    return this.#connection.change(sql, [names], this.#signal);
  }

  /** The rows are locked and their versions known: one statement may write over them. */
  async #put(
    table: RowTable,
    batch: readonly ResourceChange[],
    encoded: readonly Uint8Array[],
    isUpdate: boolean,
  ): Promise<number> {
    const rows = batch.map((change, index) => this.#row(table, change, encoded[index] ?? null));
    const names = [...(rows[0]?.keys() ?? [])];
    const replaced = names.filter((name) => name !== table.columns.key);
    const overwrite = isUpdate ? this.#connection.dialect.overwrite(table.columns.key, replaced) : '';
    const sql = `INSERT INTO ${table.table} (${names.join(', ')}) VALUES ?${overwrite}`;
    return this.#connection.change(
      sql,
      [rows.map((row) => names.map((name) => row.get(name) ?? null))],
      this.#signal,
    );
  }

  #row(
    { prefix, columns }: RowTable,
    change: ResourceChange,
    content: Uint8Array | null,
  ): ReadonlyMap<string, Value> {
    const key = keyOf(change);
    const row = new Map<string, Value>([
      [columns.key, key.slice(prefix.length)],
      [columns.content, content],
      [columns.ts, this.#unit.now],
      [columns.mvcc, versionOf(change)],
    ]);
    if (this.#tables.generation !== 'C' || change.kind === 'delete') return row;
    const there = this.#tables.columns.get(`_${prefix.slice(0, -1).toLowerCase()}`);
    for (const [name, value] of derivedColumns(key, change.resource.bytes)) {
      if (there?.has(name) === true) row.set(name, value);
    }
    return row;
  }

  async #audit(batch: readonly ResourceChange[], encoded: readonly Uint8Array[]): Promise<void> {
    const { id, operator, instance, now } = this.#unit;
    const isC = this.#tables.generation === 'C';
    const names = 'meta_key, meta_content, meta_ts, meta_mvcc, unit_id, operator, instance';
    const rows = batch.map((change, index) => {
      const version = change.kind === 'delete' ? null : versionOf(change);
      const common: readonly Value[] = [
        keyOf(change),
        encoded[index] ?? null,
        now,
        version,
        id,
        operator,
        instance,
      ];
      return isC ? [...common, ...auditColumnsOfC(change)] : common;
    });
    const more = isC ? ', model_uuid, project, diff_flag' : '';
    const table = this.#tables.nameOf(auditEnding(this.#tables.generation));
    await this.#connection.change(`INSERT INTO ${table} (${names}${more}) VALUES ?`, [rows], this.#signal);
  }

  #tableOf(change: ResourceChange): RowTable {
    const key = keyOf(change);
    const found = this.#known.find(({ prefix }) => key.startsWith(prefix));
    if (found !== undefined) return found;
    throw new MetadataError('refused', `the store has no table for '${key}'`);
  }
}

function keyOf(change: ResourceChange): string {
  return change.kind === 'delete' ? change.key : change.resource.key;
}

function versionOf(change: ResourceChange): number {
  return change.kind === 'update' ? change.mvcc + 1 : 0;
}

/** model_uuid, project and diff_flag: 0 says that the content is whole, which is always right. */
function auditColumnsOfC(change: ResourceChange): readonly Value[] {
  if (change.kind === 'delete') return [null, null, 0];
  const content = parseObject(change.resource.bytes);
  const type = keyOf(change).split('/')[0] ?? '';
  return [
    textOf(content, 'model_uuid') ?? null,
    isGlobalType(type) ? null : (textOf(content, 'project') ?? null),
    0,
  ];
}

function raced(): MetadataError {
  return new MetadataError(
    'conflict',
    'the store was changed by another while it was restored: nothing was kept',
  );
}
