import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Failpoint } from '../../src/base/failpoint.ts';
import { changeBank, digestBank, makeBank } from '../support/bank.ts';
import { type GatewayPlace, radosgwPlace } from '../support/crash-bucket.ts';
import { serverSource } from '../support/crash-subjects.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';
import { networkSkipReason } from '../support/cut-network.ts';
import { DatabaseServer } from '../support/database-server.ts';
import { FarPort } from '../support/far-port.ts';
import { rowsOf } from '../support/jobs.ts';
import { mariadb, mariadbSkipReason } from '../support/mariadb-server.ts';
import { findRadosgw, skipReason } from '../support/programs.ts';
import { until } from '../support/until.ts';

type Place = Readonly<{ world: CrashWorld; far: FarPort }>;

/** The job stands still at the point while the network goes. */
async function cutAt({ world, far }: Place, point: Failpoint, begin: () => Promise<unknown>): Promise<void> {
  world.strikeAt(`${point}:1:hold`);
  await begin();
  await world.held();
  await cut({ world, far }, () => world.spare());
}

/** The network goes, and then something `goesOn`, until it has missed the network. */
async function cut({ world, far }: Place, goesOn: () => void): Promise<void> {
  const { pid } = world.server;
  const before = connectionsOf(pid, far, states.established);
  assert(before > 0, 'the job has a connection');
  far.link.part();
  goesOn();
  await until('a connection that was given up', async () =>
    connectionsOf(pid, far, states.established) < before ? true : undefined,
  );
  await until('another that is asked for in vain', async () =>
    connectionsOf(pid, far, states.synSent) > 0 ? true : undefined,
  );
}

async function assertFinished(world: CrashWorld, kind: JobKind): Promise<void> {
  const { State: state, Status: status } = await world.settled(kind);
  assert.equal(`${String(state)} ${String(status)}`, 'FINISHED [OK]');
  await world.cleaned();
}

/** As Linux writes them in /proc/net/tcp. */
const states = { established: '01', synSent: '02' } as const;

function connectionsOf(pid: number, { host, port }: FarPort, state: string): number {
  const bytes = host.split('.').map(Number).reverse();
  const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');
  const peer = `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
  const lines = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n');
  return lines.map((line) => line.trim().split(/\s+/)).filter(([, , to, is]) => to === peer && is === state)
    .length;
}

describe(
  'a network that the kernel cuts between Holdfast and a source',
  { skip: mariadbSkipReason() || networkSkipReason() },
  () => {
    const held = new AsyncDisposableStack();
    let world: CrashWorld;
    let far: FarPort;

    before(async () => {
      const server = await DatabaseServer.start(mariadb);
      far = await FarPort.open(server.port);
      const reached = { host: far.host, port: String(far.port), tls: 'disabled', connect_timeout_ms: '3000' };
      const source = held.use(await serverSource(server, reached));
      held.use(far);
      world = held.use(await CrashWorld.create({ source }));
      await makeBank(world.rowsConnection, 2);
    });
    after(() => held.disposeAsync());

    it('is waited for by a backup, and by a restore', async () => {
      const backedUp = await digestBank(world.rowsConnection);
      // Else everything may have been read before the network goes.
      await world.rowsConnection.query('LOCK TABLES bank.entry WRITE');
      await world.connection.query('BACKUP SNAPSHOT prod.bank.nightly TO r');
      await until('a job that waits for the lock', async () => {
        const threads = await rowsOf(world.rowsConnection, 'SHOW PROCESSLIST');
        return threads.some((row) => String(row['State']).startsWith('Waiting for ')) || undefined;
      });
      await cut({ world, far }, () => undefined);
      await world.rowsConnection.query('UNLOCK TABLES');
      far.link.heal();
      await assertFinished(world, 'BACKUP');
      await changeBank(world.rowsConnection, 1);
      await cutAt({ world, far }, 'shadow.prepared', () => world.beginRestore('nightly'));
      far.link.heal();
      await assertFinished(world, 'RESTORE');
      assert.deepEqual(await digestBank(world.rowsConnection), backedUp);
    });
  },
);

/** Ceph's gateway takes half a minute to start; the suite starts one in store-restart.test.ts. */
const notAsked =
  process.env['ALL'] !== '1' && 'takes a minute: ALL=1 node --test test/e2e/cut-network.test.ts runs it';

describe(
  'a network that the kernel cuts between Holdfast and an object store',
  { skip: notAsked || skipReason(findRadosgw(), 'radosgw') || networkSkipReason() },
  () => {
    const held = new AsyncDisposableStack();
    let place: GatewayPlace;
    let world: CrashWorld;
    let far: FarPort;

    before(async () => {
      place = held.use(await radosgwPlace('r'));
      far = held.use(await FarPort.open(place.gateway.port));
      const near = `127.0.0.1:${place.gateway.port}`;
      const store = { ...place, properties: place.properties.replace(near, `${far.host}:${far.port}`) };
      world = held.use(await CrashWorld.create({ store }));
      await world.connection.query('ADMIN SET FRONTEND CONFIG ("storage_call_timeout_ms" = "1500")');
      // A store that is open keeps the time it was opened with.
      await world.stop();
      await world.start();
      await makeBank(world.connection, 2);
    });
    after(() => held.disposeAsync());

    it('is waited for by a backup, and by a restore', async () => {
      const backedUp = await digestBank(world.connection);
      await cutAt({ world, far }, 'blob.before_put', () =>
        world.connection.query('BACKUP SNAPSHOT bank.nightly TO r'),
      );
      far.link.heal();
      await assertFinished(world, 'BACKUP');
      await changeBank(world.connection, 1);
      // Before the job begins: later everything may have been received.
      let begun: Promise<void> | undefined;
      await cutAt({ world, far }, 'metastore.before_commit', async () => {
        begun = world.beginRestore('nightly');
      });
      far.link.heal();
      await begun;
      await assertFinished(world, 'RESTORE');
      assert.deepEqual(await digestBank(world.connection), backedUp);
    });

    it('does not keep CANCEL BACKUP from ending a backup, of which nothing remains', async () => {
      await changeBank(world.connection, 2);
      await cutAt({ world, far }, 'blob.before_put', () =>
        world.connection.query('BACKUP SNAPSHOT bank.cancelled TO r'),
      );
      await world.connection.query('CANCEL BACKUP FROM bank');
      const job = await world.settled('BACKUP');
      assert.equal(job['State'], 'CANCELLED');
      far.link.heal();
      await world.assertTidyRepository(['nightly']);
    });
  },
);
