import { nextEpoch } from '../epoch.ts';
import { MetastoreError } from '../metastore.ts';
import type {
  AuditRange,
  Committed,
  ProjectEpoch,
  StoredAuditRow,
  StoredResource,
  StoredState,
  StoredUnit,
} from '../metadata-store.ts';
import type {
  AskedQuestion,
  HeldLease,
  Lease,
  LeaseWish,
  NodeFacts,
  NodeState,
  Question,
  QuestionState,
  SharedStore,
} from '../shared-store.ts';
import { commitUnit, lockEpoch } from './commit.ts';
import { CommitLostError, Connections, type Row, type Session } from './connections.ts';
import type { MysqlStoreOptions } from './options.ts';
import { auditRowOf, epochOf, integer, leaseOf, nodeOf, questionOf, resourceOf, text } from './rows.ts';
import { migrateMysql } from './schema.ts';

export type MysqlStoreSettings = Readonly<{
  /** Audit rows kept; older ones go from time to time. */
  auditRowsMax: number;
  /** Milliseconds since the epoch, for the record of migrations. */
  now: number;
  /** The database ends a connection on which nothing has come for so long, and with it a transaction's locks. */
  idleSecondsMax?: number;
}>;

/** Far less than a lease lasts, and more than a node that works ever pauses. */
const idleSecondsDefault = 10;
/** Old audit rows are deleted once in so many commits at most. */
const rotationEveryMax = 500;
/** Milliseconds since 1970 as the database counts them; sessions are in UTC. */
const nowMs = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)';
/** Whoever asked has died: a statement is not waited for this long. */
const questionMsMax = 86_400_000;
/** Keys of one read: a page of the audit log has no more. */
const readKeysMax = 1_000;
/** The character that follows a slash: what is below a prefix comes before it. */
const afterSlash = '0';

/** Opens the store and makes or migrates its tables. Throws MetastoreError `unavailable`, `newer_version`, `locked`. */
export async function openMysqlStore(
  options: MysqlStoreOptions,
  settings: MysqlStoreSettings,
): Promise<SharedStore> {
  const connections = new Connections(options, settings.idleSecondsMax ?? idleSecondsDefault);
  try {
    await migrateMysql(connections, options.prefix, settings.now);
    return new MysqlStore(connections, options.prefix, settings.auditRowsMax);
  } catch (error) {
    await connections[Symbol.asyncDispose]();
    throw error;
  }
}

class MysqlStore implements SharedStore {
  readonly #connections: Connections;
  readonly #prefix: string;
  readonly #auditRowsMax: number;
  /** Commits of this process since it last deleted old audit rows. */
  #commits = 0;

  constructor(connections: Connections, prefix: string, auditRowsMax: number) {
    this.#connections = connections;
    this.#prefix = prefix;
    this.#auditRowsMax = auditRowsMax;
  }

  async load(signal: AbortSignal): Promise<StoredState> {
    signal.throwIfAborted();
    return this.#connections.read(async (session) => {
      await session.change('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await session.change('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
      const rows = await session.rows(
        `SELECT \`key\`, content, mvcc, modified_at FROM ${this.#prefix}resource ORDER BY \`key\``,
      );
      const { newest } = await this.#auditRange(session);
      await session.change('COMMIT');
      return { resources: rows.map(resourceOf), auditId: newest };
    });
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]> {
    signal.throwIfAborted();
    const found: StoredResource[] = [];
    const sorted = keys.toSorted();
    for (let at = 0; at < sorted.length; at += readKeysMax) {
      const page = sorted.slice(at, at + readKeysMax);
      const sql = `SELECT \`key\`, content, mvcc, modified_at FROM ${this.#prefix}resource
        WHERE \`key\` IN (${page.map(() => '?').join(', ')}) ORDER BY \`key\``;
      found.push(...(await this.#rows(sql, page)).map(resourceOf));
    }
    return found;
  }

  async readBelow(prefixes: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]> {
    signal.throwIfAborted();
    const ranges = prefixes.map(() => '(`key` >= ? AND `key` < ?)').join(' OR ');
    const sql = `SELECT \`key\`, content, mvcc, modified_at FROM ${this.#prefix}resource
      WHERE ${ranges} ORDER BY \`key\``;
    const bounds = prefixes.flatMap((prefix) => [prefix, `${prefix.slice(0, -1)}${afterSlash}`]);
    return (await this.#rows(sql, bounds)).map(resourceOf);
  }

  async commit(unit: StoredUnit): Promise<Committed> {
    const auditId = await commitUnit({ connections: this.#connections, prefix: this.#prefix }, unit);
    await this.#rotate(auditId);
    return { auditId };
  }

  async audit(after: number, limit: number, signal: AbortSignal): Promise<readonly StoredAuditRow[]> {
    signal.throwIfAborted();
    const sql = `SELECT ${auditColumns} FROM ${this.#prefix}audit_log WHERE id > ? ORDER BY id LIMIT ?`;
    return (await this.#rows(sql, [after, limit])).map(auditRowOf);
  }

  async auditRange(signal: AbortSignal): Promise<AuditRange> {
    signal.throwIfAborted();
    return this.#connections.read((session) => this.#auditRange(session));
  }

  async auditRowsOf(ids: readonly number[], signal: AbortSignal): Promise<readonly StoredAuditRow[]> {
    signal.throwIfAborted();
    if (ids.length === 0) return [];
    const places = ids.map(() => '?').join(', ');
    const sql = `SELECT ${auditColumns} FROM ${this.#prefix}audit_log WHERE id IN (${places}) ORDER BY id`;
    return (await this.#rows(sql, ids)).map(auditRowOf);
  }

  async epoch(project: string, signal: AbortSignal): Promise<ProjectEpoch | undefined> {
    signal.throwIfAborted();
    const sql = `SELECT project, epoch, owner, taken_at FROM ${this.#prefix}epoch WHERE project = ?`;
    const [row] = await this.#rows(sql, [project]);
    return row && epochOf(row);
  }

  async takeEpoch(project: string, owner: string, seen: number, at: number): Promise<number> {
    return this.#change(async (session) => {
      const epoch = nextEpoch(project, seen, await lockEpoch(session, this.#prefix, project));
      await session.change(
        `INSERT INTO ${this.#prefix}epoch (project, epoch, owner, taken_at) VALUES (?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), owner = VALUES(owner), taken_at = VALUES(taken_at)`,
        [project, epoch, owner, at],
      );
      return epoch;
    });
  }

  async leases(signal: AbortSignal): Promise<readonly Lease[]> {
    signal.throwIfAborted();
    const sql = `SELECT project, epoch, owner, taken_at, expires_at - ${nowMs} AS left_ms, home
      FROM ${this.#prefix}epoch ORDER BY project`;
    return (await this.#rows(sql)).map(leaseOf);
  }

  async claim(wish: LeaseWish): Promise<number | undefined> {
    const { project, node, folder, timeoutMs, isHome } = wish;
    return this.#change(async (session) => {
      await session.change(
        `INSERT IGNORE INTO ${this.#prefix}epoch (project, epoch, owner, taken_at) VALUES (?, 0, '', 0)`,
        [project],
      );
      const changed = await session.change(
        `UPDATE ${this.#prefix}epoch
         SET epoch = epoch + 1, owner = ?, taken_at = ${nowMs}, expires_at = ${nowMs} + ?, home = IF(?, ?, home)
         WHERE project = ? AND (owner = '' OR owner = ? OR expires_at <= ${nowMs}) AND (home = '' OR home = ?)`,
        [node, timeoutMs, isHome ? 1 : 0, folder, project, node, folder],
      );
      const current = await lockEpoch(session, this.#prefix, project);
      return changed === 1 ? current?.epoch : undefined;
    });
  }

  async renew(node: string, held: readonly HeldLease[], timeoutMs: number): Promise<ReadonlySet<string>> {
    if (held.length === 0) return new Set();
    const places = held.map(() => '(?, ?)').join(', ');
    const values = held.flatMap(({ project, epoch }) => [project, epoch]);
    return this.#change(async (session) => {
      // An expired lease that nobody has taken is still the node's: its number says that nobody wrote in between.
      await session.change(
        `UPDATE ${this.#prefix}epoch SET expires_at = ${nowMs} + ?
         WHERE owner = ? AND (project, epoch) IN (${places})`,
        [timeoutMs, node, ...values],
      );
      const rows = await session.rows(
        `SELECT project FROM ${this.#prefix}epoch WHERE owner = ? AND (project, epoch) IN (${places})`,
        [node, ...values],
      );
      return new Set(rows.map((row) => text(row, 'project')));
    });
  }

  async release(node: string, held: readonly HeldLease[]): Promise<void> {
    if (held.length === 0) return;
    await this.#change((session) =>
      session.change(
        `UPDATE ${this.#prefix}epoch SET owner = '', expires_at = 0
         WHERE owner = ? AND (project, epoch) IN (${held.map(() => '(?, ?)').join(', ')})`,
        [node, ...held.flatMap(({ project, epoch }) => [project, epoch])],
      ),
    );
  }

  async announce(facts: NodeFacts, timeoutMs: number): Promise<void> {
    const { node, folder, address, httpPort, role, group, version, auditId, startedAt } = facts;
    await this.#change(async (session) => {
      const [other] = await session.rows(
        `SELECT address, expires_at - ${nowMs} AS left_ms FROM ${this.#prefix}node
         WHERE node = ? AND folder <> ? FOR UPDATE`,
        [node, folder],
      );
      if (other !== undefined && integer(other, 'left_ms') > 0) throw nodeInUse(node, text(other, 'address'));
      await session.change(
        `REPLACE INTO ${this.#prefix}node
         (node, folder, address, http_port, role, node_group, version, started_at, audit_id, seen_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${nowMs}, ${nowMs} + ?)`,
        [node, folder, address, httpPort, role, group, version, startedAt, auditId, timeoutMs],
      );
      await session.change(`DELETE FROM ${this.#prefix}request WHERE asked_at < ${nowMs} - ?`, [
        questionMsMax,
      ]);
    });
  }

  async nodes(signal: AbortSignal): Promise<readonly NodeState[]> {
    signal.throwIfAborted();
    const sql = `SELECT node, folder, address, http_port, role, node_group, version, started_at, audit_id, seen_at,
      expires_at - ${nowMs} AS left_ms FROM ${this.#prefix}node ORDER BY node`;
    return (await this.#rows(sql)).map(nodeOf);
  }

  async retire(node: string): Promise<void> {
    await this.#change((session) =>
      session.change(`UPDATE ${this.#prefix}node SET expires_at = 0 WHERE node = ?`, [node]),
    );
  }

  async fact(name: string, value: string): Promise<string> {
    await this.#change((session) =>
      session.change(`INSERT IGNORE INTO ${this.#prefix}fact (name, value) VALUES (?, ?)`, [name, value]),
    );
    const [row] = await this.#rows(`SELECT value FROM ${this.#prefix}fact WHERE name = ?`, [name]);
    if (row === undefined) throw new MetastoreError('corrupt', `the metastore has lost its '${name}'`);
    return text(row, 'value');
  }

  async replaceFact(name: string, value: string): Promise<void> {
    await this.#change((session) =>
      session.change(`REPLACE INTO ${this.#prefix}fact (name, value) VALUES (?, ?)`, [name, value]),
    );
  }

  async ask({ project, body, node }: Question): Promise<number> {
    return this.#change(async (session) => {
      await session.change(
        `INSERT INTO ${this.#prefix}request (project, body, asked_by, asked_at) VALUES (?, ?, ?, ${nowMs})`,
        [project, body, node],
      );
      const [row] = await session.rows('SELECT LAST_INSERT_ID() AS id');
      return integer(row ?? {}, 'id');
    });
  }

  async questions(ageMsMax: number, limit: number, signal: AbortSignal): Promise<readonly AskedQuestion[]> {
    signal.throwIfAborted();
    const sql = `SELECT id, project, body, asked_by, asked_at FROM ${this.#prefix}request
      WHERE taken_by = '' AND asked_at > ${nowMs} - ? ORDER BY id LIMIT ?`;
    return (await this.#rows(sql, [ageMsMax, limit])).map(questionOf);
  }

  async take(id: number, node: string, epoch: number): Promise<boolean> {
    const sql = `UPDATE ${this.#prefix}request SET taken_by = ?, taken_epoch = ? WHERE id = ? AND taken_by = ''`;
    return (await this.#change((session) => session.change(sql, [node, epoch, id]))) === 1;
  }

  async answer(id: number, answer: string): Promise<void> {
    const sql = `UPDATE ${this.#prefix}request SET answer = ? WHERE id = ?`;
    await this.#change((session) => session.change(sql, [answer, id]));
  }

  async question(id: number, signal: AbortSignal): Promise<QuestionState | undefined> {
    signal.throwIfAborted();
    const sql = `SELECT taken_by, taken_epoch, answer FROM ${this.#prefix}request WHERE id = ?`;
    const [row] = await this.#rows(sql, [id]);
    if (row === undefined) return undefined;
    const answer = row['answer'] === null ? undefined : text(row, 'answer');
    return { takenBy: text(row, 'taken_by'), epoch: integer(row, 'taken_epoch'), answer };
  }

  async withdraw(id: number): Promise<boolean> {
    const sql = `DELETE FROM ${this.#prefix}request WHERE id = ? AND taken_by = ''`;
    return (await this.#change((session) => session.change(sql, [id]))) === 1;
  }

  async forget(id: number): Promise<void> {
    const sql = `DELETE FROM ${this.#prefix}request WHERE id = ?`;
    await this.#change((session) => session.change(sql, [id]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }

  #rows(sql: string, values: readonly (string | number)[] = []): Promise<readonly Row[]> {
    return this.#connections.read((session) => session.rows(sql, values));
  }

  /** A transaction whose caller finds out by asking again when the connection was lost in its COMMIT. */
  async #change<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await this.#connections.transaction('START TRANSACTION', work);
    } catch (error) {
      if (!(error instanceof CommitLostError)) throw error;
      const text = `the connection to metastore '${this.#connections.place}' was lost`;
      throw new MetastoreError('unavailable', text, error);
    }
  }

  async #auditRange(session: Session): Promise<AuditRange> {
    const [row] = await session.rows(
      `SELECT COALESCE(MIN(id), 0) AS oldest, COALESCE(MAX(id), 0) AS newest FROM ${this.#prefix}audit_log`,
    );
    return { oldest: integer(row ?? {}, 'oldest'), newest: integer(row ?? {}, 'newest') };
  }

  /** Beside the commit and not in it: nobody waits for locks on rows that are of no use any more. */
  async #rotate(auditId: number): Promise<void> {
    const every = Math.min(rotationEveryMax, Math.ceil(this.#auditRowsMax / 100));
    this.#commits += 1;
    if (this.#commits % every !== 0) return;
    try {
      await this.#change((session) =>
        session.change(`DELETE FROM ${this.#prefix}audit_log WHERE id <= ?`, [auditId - this.#auditRowsMax]),
      );
    } catch (error) {
      // The commit stands; they are deleted with a later one.
      if (!(error instanceof MetastoreError)) throw error;
    }
  }
}

const auditColumns = 'id, `key`, content, mvcc, at, unit_id, operator, instance';

function nodeInUse(node: string, address: string): MetastoreError {
  return new MetastoreError(
    'locked',
    `node '${node}' runs already, at ${address}: give this one another name with --node-id`,
  );
}
