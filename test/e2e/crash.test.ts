import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../simulation/chance.ts';
import { type BankDigest, changeBank, digestBank, glanceAtBank, makeBank } from '../support/bank.ts';
import { CrashWorld, isSettled, type JobKind } from '../support/crash-world.ts';

/** Kills in one run: ten in the suite, which meet each state, more by hand with KILLS=200; SEED repeats a run. */
const kills = Number(process.env['KILLS'] ?? 10);
const seed = Number(process.env['SEED'] ?? 1);
/** Rows of the larger table: 3 MB in a snapshot, whose backup and restore last about half a second. ROWS is more, by hand. */
const thousands = Number(process.env['ROWS'] ?? 40_000) / 1_000;
/** Slow enough that a transfer lasts until it is cancelled: half a minute. */
const slowKbps = 100;
/** For what hangs, not for what is slow. */
const timeout = 120_000 + kills * 30_000;
/** Every round kills one backup and one restore. */
const rounds = Math.ceil(kills / 2);

const statesToKillIn: Readonly<Record<JobKind, readonly (readonly string[])[]>> = {
  BACKUP: [['UPLOADING'], ['SNAPSHOTING', 'UPLOAD_SNAPSHOT'], ['SAVE_META', 'UPLOAD_INFO'], ['FINISHED']],
  RESTORE: [['DOWNLOADING'], ['COMMIT'], ['COMMITTING'], ['SNAPSHOTING', 'DOWNLOAD'], ['FINISHED']],
};

/** How often which state was left by a kill, and how the jobs ended: said at the end of a run. */
type Tally = Map<string, number>;

describe('a server that is killed while jobs run', () => {
  it(`goes on with each of them after ${rounds * 2} kills`, { timeout }, async (test) => {
    await using world = await CrashWorld.create();
    await makeBank(world.connection, thousands);
    const chance = new Chance(seed);
    const tally: Tally = new Map();
    const spans = await measure(world);
    for (let round = 0; round < rounds; round++) {
      try {
        await killBackupThenRestore({ world, chance, tally, round, spans });
      } catch (error) {
        throw new Error(`round ${round} of seed ${seed} failed`, { cause: error });
      } finally {
        if (round === rounds - 1) say(test, tally);
      }
    }
  });
});

describe('a server that is killed after it has answered a cancel', () => {
  let world: CrashWorld;
  let changed: BankDigest;

  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, thousands);
    assert.equal((await world.backUp('whole'))['Status'], '[OK]');
    await changeBank(world.connection, 0);
    changed = await digestBank(world.connection);
  });
  after(() => world[Symbol.asyncDispose]());

  it('keeps it, and takes away what the backup left', async () => {
    await setSpeeds(world, slowKbps);
    await world.connection.query('BACKUP SNAPSHOT bank.stopped TO r');
    await cancelAndKill(world, 'BACKUP', 'UPLOADING');
    await world.assertTidyRepository(['whole']);
  });

  it('keeps it, and takes away what the restore left', async () => {
    await setSpeeds(world, slowKbps);
    await world.beginRestore('whole');
    await cancelAndKill(world, 'RESTORE', 'DOWNLOADING');
    assert.deepEqual(await digestBank(world.connection), changed);
    await world.assertNoRestoreTraces();
  });

  it('takes a backup under the label of the cancelled one', async () => {
    assert.equal((await world.backUp('stopped'))['Status'], '[OK]');
    await world.assertTidyRepository(['stopped', 'whole']);
  });
});

async function cancelAndKill(world: CrashWorld, kind: JobKind, state: string): Promise<void> {
  assert.equal((await world.reached(kind, [state]))['State'], state);
  await world.connection.query(`CANCEL ${kind} FROM bank`);
  await world.kill();
  await world.start();
  await setSpeeds(world, 0);
  const job = await world.settled(kind);
  assert.equal(job['State'], 'CANCELLED');
  assert.match(String(job['Status']), /^\[COMMON_ERROR, msg: user cancelled/);
}

/** Settings outlive a restart. 0 is as fast as it goes. */
async function setSpeeds(world: CrashWorld, kbps: number): Promise<void> {
  for (const direction of ['upload', 'download']) {
    await world.connection.query(`ADMIN SET FRONTEND CONFIG ("max_${direction}_speed_kbps" = "${kbps}")`);
  }
}

type Round = Readonly<{
  world: CrashWorld;
  chance: Chance;
  tally: Tally;
  round: number;
  spans: Readonly<Record<JobKind, number>>;
}>;

/** How long undisturbed jobs last here, in ms. */
async function measure(world: CrashWorld): Promise<Round['spans']> {
  const start = performance.now();
  assert.equal((await world.backUp('measure'))['Status'], '[OK]');
  const middle = performance.now();
  assert.equal((await world.restore('measure'))['Status'], '[OK]');
  const end = performance.now();
  await world.connection.query('DROP SNAPSHOT measure ON r');
  return { BACKUP: middle - start, RESTORE: end - middle };
}

async function killBackupThenRestore(parts: Round): Promise<void> {
  const { world, round, tally } = parts;
  const label = `round_${round}`;
  await changeBank(world.connection, 2 * round);
  const backedUp = await digestBank(world.connection);
  await world.connection.query(`BACKUP SNAPSHOT bank.${label} TO r`);
  await killSomewhere(parts, 'BACKUP');
  const backup = await world.settled('BACKUP');
  count(tally, `backup ${String(backup['State'])} ${String(backup['Status'])}`);
  if (backup['State'] !== 'FINISHED') {
    assert.match(String(backup['Status']), /^\[[A-Z_]+, msg: .+\]$/);
    await world.assertTidyRepository([]);
    assert.equal((await world.backUp(label))['Status'], '[OK]', 'the label is free again');
  }
  await world.assertTidyRepository([label]);
  await killRestore(parts, label, backedUp);
  await world.connection.query(`DROP SNAPSHOT ${label} ON r`);
  await world.assertTidyRepository([]);
  await world.assertNoRestoreTraces();
}

async function killRestore(parts: Round, label: string, backedUp: BankDigest): Promise<void> {
  const { world, round, tally } = parts;
  const after = await glanceAtBank(world.connection);
  await changeBank(world.connection, 2 * round + 1);
  const before = await glanceAtBank(world.connection);
  const changed = await digestBank(world.connection);
  assert.notDeepEqual(changed, backedUp);
  await world.beginRestore(label);
  await killSomewhere(parts, 'RESTORE');
  const seen = await glancesUntilSettled(world);
  const restore = await world.settled('RESTORE');
  count(tally, `restore ${String(restore['State'])} ${String(restore['Status'])}`);
  const isFinished = restore['State'] === 'FINISHED';
  if (!isFinished) assert.match(String(restore['Status']), /^\[[A-Z_]+, msg: .+\]$/);
  assert.deepEqual(await digestBank(world.connection), isFinished ? backedUp : changed);
  const rest = seen.slice(seen.lastIndexOf(before) + 1);
  assert.ok(
    rest.every((glance) => isFinished && glance === after),
    'the old rows until the swap, then the new ones',
  );
}

/** What readers see of both tables, again and again, until the restore is settled. */
async function glancesUntilSettled(world: CrashWorld): Promise<readonly string[]> {
  const seen: string[] = [];
  for (;;) {
    const job = await world.newest('RESTORE');
    seen.push(await glanceAtBank(world.connection));
    if (job !== undefined && isSettled(job)) return seen;
  }
}

/** Kills the server at a random moment of the job or in a chosen state, and sometimes again while it comes back. */
async function killSomewhere(parts: Round, kind: JobKind): Promise<void> {
  const { world, chance, tally, round, spans } = parts;
  const states = statesToKillIn[kind];
  const isByTime = (round + (kind === 'BACKUP' ? 1 : 0)) % 2 === 0;
  let state = 'by time';
  if (isByTime) await delay(spans[kind] * 1.1 * chance.next());
  else state = String((await world.reached(kind, chance.pick(states)))['State']);
  await world.kill();
  count(tally, `killed ${kind} ${state}`);
  await world.start();
  if (!chance.oneIn(4)) return;
  await delay(spans[kind] * chance.next());
  await world.kill();
  count(tally, `killed ${kind} again`);
  await world.start();
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

function say(test: TestContext, tally: Tally): void {
  for (const [what, times] of [...tally].sort()) test.diagnostic(`${times} × ${what}`);
}
