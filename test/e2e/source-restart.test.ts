import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Failpoint, failpoints } from '../../src/base/failpoint.ts';
import { type BankDigest, changeBank, digestBank, glanceAtBank, makeBank } from '../support/bank.ts';
import { type ServerSource, serverSource } from '../support/crash-subjects.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';

/**
 * In the suite some points meet one signal each; by hand, `ALL=1 node --test test/e2e/source-restart.test.ts`, all meet both.
 * `SOURCE=mariadb` or `SOURCE=mysql` is one of the servers alone.
 */
const isAll = process.env['ALL'] === '1';
/** As an administrator restarts a server, and as a crash does. */
const signals = ['SIGTERM', 'SIGKILL'] as const;
type Signal = (typeof signals)[number];

const pointsOf = (...prefixes: readonly string[]): readonly Failpoint[] =>
  failpoints.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));

type Case = Readonly<{ point: Failpoint; signal: Signal }>;

type InSuite = Readonly<Partial<Record<Failpoint, Signal>>>;
type Subject = Readonly<{
  name: string;
  skip: string | false;
  start: typeof startMysqlServer;
  inSuite: Readonly<{ backup: InSuite; restore: InSuite }>;
}>;

const onlySource = process.env['SOURCE'];
const subjects: readonly Subject[] = [
  {
    name: 'mariadb',
    skip: mariadbSkipReason(),
    start: MariadbServer.start,
    inSuite: {
      backup: { 'staging.part_written': 'SIGTERM', 'manifest.before_put': 'SIGKILL' },
      restore: {
        'shadow.loaded': 'SIGKILL',
        'swap.before': 'SIGTERM',
        'swap.swap_journalled': 'SIGKILL',
        'swap.swapped': 'SIGTERM',
        'cleanup.before': 'SIGTERM',
      },
    },
  },
  {
    name: 'mysql',
    skip: mysqlSkipReason(),
    start: startMysqlServer,
    inSuite: { backup: {}, restore: { 'swap.swap_journalled': 'SIGKILL' } },
  },
];

/** The job stands still there while the server goes. */
const backupPoints = pointsOf('staging.part', 'blob.before', 'manifest.before', 'cleanup.before');
const restorePoints = pointsOf('shadow.', 'swap.', 'cleanup.before').filter((name) => name !== 'swap.inside');

function casesOf(inSuite: InSuite, all: readonly Failpoint[]): readonly Case[] {
  return all.flatMap((point) =>
    signals.filter((signal) => isAll || inSuite[point] === signal).map((signal) => ({ point, signal })),
  );
}

for (const { name, skip, start, inSuite } of subjects) {
  const isOther = onlySource !== undefined && onlySource !== name;
  const reason = isOther ? 'another source was asked for' : skip;
  describe(`a job whose ${name} server is restarted`, { skip: reason }, () => restarts(start, inSuite));
}

function restarts(start: Subject['start'], inSuite: Subject['inSuite']): void {
  const held = new AsyncDisposableStack();
  let source: ServerSource;
  let world: CrashWorld;
  let round = 0;

  before(async () => {
    // What was committed survives its crash, as with the settings of servers in use.
    const server = await start(['--innodb-flush-log-at-trx-commit=1']);
    source = held.use(await serverSource(server));
    world = held.use(await CrashWorld.create({ source }));
    await makeBank(world.rowsConnection, 2);
    await world.backUp('first');
  });
  after(() => held.disposeAsync());

  for (const { point, signal } of casesOf(inSuite.backup, backupPoints)) {
    it(`backs up all the same, struck by ${signal} at ${point}`, async () => {
      round += 1;
      await changeBank(world.rowsConnection, round);
      const backedUp = await digestBank(world.rowsConnection);
      const label = `round_${round}`;
      await restartAt(point, signal, () =>
        world.connection.query(`BACKUP SNAPSHOT ${source.database}.${label} TO r`),
      );
      await assertFinished('BACKUP');
      await assertRestores(label, backedUp);
      await world.connection.query(`DROP SNAPSHOT ${label} ON r`);
    });
  }

  for (const { point, signal } of casesOf(inSuite.restore, restorePoints)) {
    it(`restores all the same, struck by ${signal} at ${point}`, async () => {
      round += 1;
      const backedUp = await digestBank(world.rowsConnection);
      const after = await glanceAtBank(world.rowsConnection);
      assert.equal((await world.backUp(`round_${round}`))['Status'], '[OK]');
      // Its own cleanup must not be the one that is held.
      await world.cleaned();
      await changeBank(world.rowsConnection, round);
      const before = await glanceAtBank(world.rowsConnection);
      const isSwapped = failpoints.indexOf(point) >= failpoints.indexOf('swap.swapped');
      await restartAt(
        point,
        signal,
        () => world.beginRestore(`round_${round}`),
        async () => assert.equal(await glanceAtBank(world.rowsConnection), isSwapped ? after : before),
      );
      await assertFinished('RESTORE');
      assert.deepEqual(await digestBank(world.rowsConnection), backedUp);
      await world.connection.query(`DROP SNAPSHOT round_${round} ON r`);
    });
  }

  /** `seen` looks at the rows while the job stands still there. */
  async function restartAt(
    point: Failpoint,
    signal: Signal,
    begin: () => Promise<unknown>,
    seen?: () => Promise<void>,
  ): Promise<void> {
    world.strikeAt(`${point}:1:hold`);
    await begin();
    await world.held();
    await seen?.();
    await (signal === 'SIGTERM' ? source.server.stop() : source.server.goDown());
    // It goes on with nobody there.
    world.spare();
    await source.server.comeBack();
    await source.reconnect();
  }

  async function assertFinished(kind: JobKind): Promise<void> {
    const { State: state, Status: status } = await world.settled(kind);
    assert.equal(`${String(state)} ${String(status)}`, 'FINISHED [OK]');
    await world.cleaned();
    await world.assertNoRestoreTraces();
  }

  async function assertRestores(label: string, backedUp: BankDigest): Promise<void> {
    await changeBank(world.rowsConnection, 1_000 + round);
    assert.equal((await world.restore(label))['Status'], '[OK]');
    assert.deepEqual(await digestBank(world.rowsConnection), backedUp);
  }
}
