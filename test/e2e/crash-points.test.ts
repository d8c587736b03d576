import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Failpoint, failpoints } from '../../src/base/failpoint.ts';
import { Chance } from '../simulation/chance.ts';
import { type BankDigest, changeBank, digestBank, glanceAtBank, makeBank } from '../support/bank.ts';
import { type CrashSource, embeddedSource, serverSource } from '../support/crash-subjects.ts';
import { CrashWorld, isSettled, type JobKind } from '../support/crash-world.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';

/**
 * In the suite each point is struck once. By hand: `ROUNDS=500 SEED=7 SOURCE=embedded|mariadb|mysql PLACE=local|s3
 * node --test test/e2e/crash-points.test.ts`; a round kills one backup and one restore, and often their recovery, too.
 */
const rounds = process.env['ROUNDS'] === undefined ? undefined : Number(process.env['ROUNDS']);
const seed = Number(process.env['SEED'] ?? 1);
const onlySource = process.env['SOURCE'];
const isInS3 = process.env['PLACE'] === 's3';
/** A run by hand is not over when servers of tests usually end. */
const longRunSeconds = 86_400;
/** A thousand rows each: both jobs last well under a second. */
const thousands = 4;
/** How often a point may have been passed before. */
const passesMax = 4;

const pointsOf = (...prefixes: readonly string[]): readonly Failpoint[] =>
  failpoints.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));

const backupPoints = pointsOf(
  'metastore.',
  'staging.part',
  'staging.written',
  'blob.',
  'manifest.',
  'cleanup.',
);
const serverPoints = pointsOf('metastore.', 'staging.received', 'shadow.', 'swap.', 'cleanup.').filter(
  (name) => name !== 'swap.inside',
);
const restorePoints = {
  embedded: pointsOf(
    'metastore.',
    'staging.received',
    'shadow.',
    'swap.before',
    'swap.inside',
    'swap.after',
    'cleanup.',
  ),
  mariadb: serverPoints,
  mysql: serverPoints,
};

type SourceName = keyof typeof restorePoints;

const sources: Readonly<
  Record<SourceName, Readonly<{ skip: string | false; open: () => Promise<CrashSource> }>>
> = {
  embedded: { skip: false, open: async () => embeddedSource },
  mariadb: { skip: mariadbSkipReason(), open: async () => serverSource(await MariadbServer.start()) },
  mysql: {
    // It goes the way of MariaDB, by other statements here and there.
    skip: onlySource === undefined ? 'by hand, with SOURCE=mysql' : mysqlSkipReason(),
    open: async () => serverSource(await startMysqlServer()),
  },
};

/** The jobs of both sources share most of their way: in the suite the second one is struck where it goes its own. */
const inSuite = {
  embedded: { backup: backupPoints, restore: restorePoints.embedded },
  mariadb: {
    backup: pointsOf('blob.after', 'manifest.'),
    restore: pointsOf('shadow.', 'swap.s', 'swap.d', 'swap.f', 'swap.o'),
  },
  mysql: { backup: [], restore: serverPoints },
};

/** How often what happened: said at the end of a run. */
type Tally = Map<string, number>;
type Parts = Readonly<{ world: CrashWorld; chance: Chance; tally: Tally; source: SourceName }>;
/** `count`: the pass that is fatal. `cancel`: whether the job is told to end before. */
type Blow = Readonly<{ point: Failpoint | 'by time' | 'nowhere'; count: number; cancel: boolean }>;

for (const source of ['embedded', 'mariadb', 'mysql'] as const) {
  const isOther = onlySource !== undefined && onlySource !== source;
  const skip = isOther ? 'another source was asked for' : sources[source].skip;
  describe(`a server that is killed at every write of jobs of the ${source} source`, { skip }, () => {
    const held = new AsyncDisposableStack();
    let parts: Parts;

    before(async () => {
      const from = held.use(await sources[source].open());
      const { radosgwPlace } = await import('../support/crash-bucket.ts');
      const store = isInS3 ? { store: held.use(await radosgwPlace('r', longRunSeconds)) } : {};
      const world = held.use(await CrashWorld.create({ source: from, ...store }));
      await makeBank(world.rowsConnection, thousands);
      parts = { world, chance: new Chance(seed), tally: new Map(), source };
    });
    after(() => held.disposeAsync());

    if (rounds === undefined) {
      const { backup, restore } = inSuite[source];
      for (let round = 0; round < Math.max(backup.length, restore.length); round++) {
        const blows = { BACKUP: onceAt(backup[round]), RESTORE: onceAt(restore[round]) };
        const places = `a backup ${blows.BACKUP.point} and a restore ${blows.RESTORE.point}`;
        it(`goes on with ${places}, or takes them back`, () => strikeRound(parts, round, blows));
      }
      it('has nothing left of any of them', async (test) => {
        await parts.world.assertNoRestoreTraces();
        say(test, parts.tally);
      });
    } else {
      it(
        `goes on with them in ${rounds} rounds of seed ${seed}`,
        { timeout: longRunSeconds * 1_000 },
        async (test) => {
          try {
            for (let round = 0; round < rounds; round++) {
              const blows = { BACKUP: randomBlow(parts, 'BACKUP'), RESTORE: randomBlow(parts, 'RESTORE') };
              await strikeRound(parts, round, blows);
              if (round % 10 === 9) await parts.world.assertNoRestoreTraces();
              if (round % 50 === 49)
                console.log(
                  new Date().toISOString(),
                  source,
                  round + 1,
                  'rounds',
                  countOf(parts.tally, /^kill/),
                  'kills',
                );
            }
            await parts.world.assertNoRestoreTraces();
          } finally {
            say(test, parts.tally);
          }
        },
      );
    }
  });
}

function onceAt(point: Failpoint | undefined): Blow {
  const cancel = point?.startsWith('cleanup.') === true && point !== 'cleanup.after';
  return { point: point ?? 'nowhere', count: 1, cancel };
}

function randomBlow({ chance, source }: Parts, kind: JobKind): Blow {
  const points = kind === 'BACKUP' ? backupPoints : restorePoints[source];
  const point = chance.oneIn(5) ? 'by time' : chance.pick(points);
  return {
    point,
    count: 1 + chance.below(passesMax),
    cancel: point.startsWith('cleanup.') || chance.oneIn(5),
  };
}

/** One backup and one restore, each under a blow, and all that must hold after each. */
async function strikeRound(
  parts: Parts,
  round: number,
  blows: Readonly<Record<JobKind, Blow>>,
): Promise<void> {
  try {
    const label = `round_${round}`;
    const backedUp = await strikeBackup(parts, round, label, blows.BACKUP);
    await strikeRestore(parts, round, label, backedUp, blows.RESTORE);
    await parts.world.connection.query(`DROP SNAPSHOT ${label} ON r`);
    await parts.world.assertTidyRepository([]);
  } catch (error) {
    const what = JSON.stringify(blows);
    throw new Error(`round ${round} of seed ${seed} failed, with ${what}`, { cause: error });
  }
}

async function strikeBackup(
  { world, ...rest }: Parts,
  round: number,
  label: string,
  blow: Blow,
): Promise<BankDigest> {
  const parts = { world, ...rest };
  await changeBank(world.rowsConnection, 2 * round);
  const backedUp = await digestBank(world.rowsConnection);
  const begin = (): Promise<unknown> =>
    world.connection.query(`BACKUP SNAPSHOT ${world.source.database}.${label} TO r`);
  const isAnswered = await strike(parts, 'BACKUP', blow, begin);
  const job = await outcome(parts, 'BACKUP', label, isAnswered);
  if (job !== 'FINISHED') {
    await world.assertTidyRepository([]);
    assert.equal((await world.backUp(label))['Status'], '[OK]', 'the label is free');
  }
  await world.assertTidyRepository([label]);
  return backedUp;
}

async function strikeRestore(
  parts: Parts,
  round: number,
  label: string,
  backedUp: BankDigest,
  blow: Blow,
): Promise<void> {
  const { world } = parts;
  const after = await glanceAtBank(world.rowsConnection);
  await changeBank(world.rowsConnection, 2 * round + 1);
  const before = await glanceAtBank(world.rowsConnection);
  const changed = await digestBank(world.rowsConnection);
  const isAnswered = await strike(parts, 'RESTORE', blow, () => world.beginRestore(label));
  const seen = await glancesUntilSettled(world, label);
  const job = await outcome(parts, 'RESTORE', label, isAnswered);
  const isFinished = job === 'FINISHED';
  assert.deepEqual(await digestBank(world.rowsConnection), isFinished ? backedUp : changed);
  const rest = seen.slice(seen.lastIndexOf(before) + 1);
  assert.ok(
    rest.every((glance) => isFinished && glance === after),
    'the old rows, then the new ones',
  );
  await world.cleaned();
}

/**
 * Begins a job under a blow, and starts the server again until it is up; sometimes the recovery is struck, too. True when
 * the job was answered OK.
 */
async function strike(
  parts: Parts,
  kind: JobKind,
  blow: Blow,
  begin: () => Promise<unknown>,
): Promise<boolean> {
  const { world, chance, tally, source } = parts;
  if (!['by time', 'nowhere'].includes(blow.point)) world.strikeAt(`${blow.point}:${blow.count}`);
  const isAnswered = await succeeds(begin());
  if (blow.point === 'nowhere') return isAnswered;
  if (isAnswered && blow.cancel) await cancelLate(world, kind, chance);
  if (blow.point === 'by time') {
    await delay(chance.next() * 600);
    await world.kill();
  } else if (!(await isStruck(world, kind))) {
    count(tally, `not reached: ${kind} ${blow.point}`);
    return isAnswered;
  }
  count(tally, `kill ${kind} ${blow.point}${blow.cancel ? ', cancelled' : ''}`);
  const points = kind === 'BACKUP' ? backupPoints : restorePoints[source];
  const again = rounds !== undefined && chance.oneIn(3) ? chance.pick(points) : undefined;
  if (again !== undefined) world.strikeAt(`${again}:1`);
  await startAgain(world, kind, tally, again);
  return isAnswered;
}

async function startAgain(
  world: CrashWorld,
  kind: JobKind,
  tally: Tally,
  again: Failpoint | undefined,
): Promise<void> {
  if (!(await succeeds(world.start())) || (again !== undefined && (await isStruck(world, kind)))) {
    count(tally, `kill of the recovery of ${kind} ${again ?? ''}`);
    await world.start();
  }
  world.spare();
}

/** Before, in or behind the swap: a restore that is committed cannot be cancelled, and a job may be settled. */
async function cancelLate(world: CrashWorld, kind: JobKind, chance: Chance): Promise<void> {
  await delay(chance.next() * 100);
  await succeeds(world.connection.query(`CANCEL ${kind} FROM ${world.source.database}`));
}

/** True when the process has ended; false when the job has, and nothing of it is left. */
async function isStruck(world: CrashWorld, kind: JobKind): Promise<boolean> {
  const gone = world.server.exited.then(() => true);
  for (;;) {
    const look = (async (): Promise<boolean | undefined> => {
      if (!existsSync(world.strikeFile)) return true;
      const job = await world.newest(kind);
      return job === undefined || isSettled(job) ? await idle(world) : undefined;
    })().catch(() => true);
    const seen = await Promise.race([gone, look]);
    if (seen === undefined) continue;
    if (!seen && world.spare()) return false;
    await world.kill();
    return true;
  }
}

/** False once nothing is staged any more: what is to come of the job has come. */
async function idle(world: CrashWorld): Promise<false | undefined> {
  await delay(20);
  return world.isClean() ? false : undefined;
}

/** How the job ended; `none` when it was never answered OK, and is not there. */
async function outcome(parts: Parts, kind: JobKind, label: string, isAnswered: boolean): Promise<string> {
  const { world, tally } = parts;
  const newest = await world.newest(kind);
  if (!isAnswered && String(newest?.[kind === 'BACKUP' ? 'SnapshotName' : 'Label']) !== label) {
    count(tally, `${kind} was refused`);
    return 'none';
  }
  const job = await world.settled(kind);
  const [state, status] = [String(job['State']), String(job['Status'])];
  assert.equal(String(job[kind === 'BACKUP' ? 'SnapshotName' : 'Label']), label);
  if (state === 'FINISHED') assert.equal(status, '[OK]');
  else assert.match(status, /^\[[A-Z_]+, msg: .+\]$/);
  count(tally, `${kind} ${state} ${status.replaceAll(/'[^']*'/g, '…')}`);
  return state;
}

/** What readers see of both tables, again and again, until the restore is settled. */
async function glancesUntilSettled(world: CrashWorld, label: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for (;;) {
    const job = await world.newest('RESTORE');
    seen.push(await glanceAtBank(world.rowsConnection));
    if (job === undefined || job['Label'] !== label || isSettled(job)) return seen;
  }
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

function countOf(tally: Tally, pattern: RegExp): number {
  return [...tally].filter(([what]) => pattern.test(what)).reduce((sum, [, times]) => sum + times, 0);
}

function say(test: TestContext, tally: Tally): void {
  test.diagnostic(`${countOf(tally, /^kill/)} kills`);
  for (const [what, times] of [...tally].sort()) test.diagnostic(`${times} × ${what}`);
}
