import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { Chance } from '../simulation/chance.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { type Generation, makeGeneration, readAtOnce, readInTransaction } from '../support/generations.ts';

/** A hundred by hand and in the suite; SEED repeats a run. */
const restores = Number(process.env['RESTORES'] ?? 100);
const seed = Number(process.env['SEED'] ?? 1);
/** About so long an undisturbed restore of these tables takes, in ms; cancels and kills fall into it. */
const restoreMs = 150;

const labels: Readonly<Record<Generation, string>> = { 1: 'first', 2: 'second' };

/** Errors of a connection whose server was killed. */
const lostPattern = /ECONNRESET|ECONNREFUSED|EPIPE|PROTOCOL_CONNECTION_LOST|closed state|closed|ETIMEDOUT/;

type Tally = Map<string, number>;

it(
  `readers never see a mixture during ${restores} restores, some cancelled, some killed`,
  // For what hangs, not for what is slow: on a machine that has other work a restore takes seconds.
  { timeout: 60_000 + restores * 10_000 },
  async (test) => {
    await using world = await CrashWorld.create();
    for (const generation of [1, 2] as const) {
      await makeGeneration(world.connection, generation);
      assert.equal((await world.backUp(labels[generation]))['Status'], '[OK]');
    }
    const chance = new Chance(seed);
    const tally: Tally = new Map();
    const ending = new AbortController();
    const readers = [readAtOnce, readInTransaction].map((read) =>
      keepReading({ world, read, tally, failed: ending }),
    );
    let current: Generation = 2;
    try {
      for (let round = 0; round < restores && !ending.signal.aborted; round++) {
        const next: Generation = current === 1 ? 2 : 1;
        current = (await restoreOnce({ world, chance, tally, round }, next)) ? next : current;
        assert.equal(await readAtOnce(world.connection), current, `round ${round} of seed ${seed}`);
      }
    } finally {
      ending.abort();
      await Promise.all(readers);
      say(test, tally);
    }
    for (const generation of [1, 2]) {
      assert.ok((tally.get(`read generation ${generation}`) ?? 0) > restores / 10, 'readers were at work');
    }
    await world.assertNoRestoreTraces();
    await world.assertTidyRepository(Object.values(labels));
  },
);

type Round = Readonly<{ world: CrashWorld; chance: Chance; tally: Tally; round: number }>;

/** One restore, left alone, cancelled or cut off by a kill. True when it finished. */
async function restoreOnce({ world, chance, tally, round }: Round, to: Generation): Promise<boolean> {
  // The function is another one in each snapshot.
  await world.beginRestore(labels[to], ', "force_replace" = "true"');
  if (round % 16 === 5) {
    await delay(restoreMs * chance.next());
    await world.kill();
    await world.start();
    count(tally, 'killed');
  } else if (chance.oneIn(5)) {
    await delay(restoreMs * chance.next());
    await cancel(world.connection);
    count(tally, 'told to stop');
  }
  const job = await world.settled('RESTORE');
  const state = String(job['State']);
  count(tally, `restores ${state}`);
  if (state === 'CANCELLED') {
    assert.match(String(job['Status']), /^\[COMMON_ERROR, msg: user cancelled, current state: \w+\]$/);
  }
  return state === 'FINISHED';
}

/** A cancel that comes too late is refused. */
async function cancel(connection: Connection): Promise<void> {
  try {
    await connection.query('CANCEL RESTORE FROM bank');
  } catch (error) {
    assert.match(String(error), /can not be cancelled\. state: FINISHED/);
  }
}

type Reader = Readonly<{
  world: CrashWorld;
  read: (connection: Connection) => Promise<Generation>;
  tally: Tally;
  /** Aborts when the reading is to end; a reader that sees a mixture aborts it. */
  failed: AbortController;
}>;

/** Reads until it is told to end, over kills of the server. */
async function keepReading({ world, read, tally, failed }: Reader): Promise<void> {
  let connection: Connection | undefined;
  while (!failed.signal.aborted) {
    try {
      connection ??= await world.connect();
      count(tally, `read generation ${await read(connection)}`);
    } catch (error) {
      if (!lostPattern.test(String(error))) {
        failed.abort();
        throw error;
      }
      connection?.destroy();
      connection = undefined;
      await delay(20);
    }
  }
  connection?.destroy();
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

function say(test: TestContext, tally: Tally): void {
  for (const [what, times] of [...tally].sort()) test.diagnostic(`${times} × ${what}`);
}
