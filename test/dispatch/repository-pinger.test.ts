import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { RepositoryPinger } from '../../src/dispatch/repository-pinger.ts';
import { startS3Server } from '../doubles/s3-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { World } from './world.ts';

// Times of this test are of one zone, whatever that of the machine is.
process.env['TZ'] = 'UTC';
const now = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('the look at repositories', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    for (const name of ['here', 'away']) {
      await world.run(`CREATE REPOSITORY ${name} WITH BROKER ON LOCATION "${world.place(name)}"`);
    }
  });
  after(() => world[Symbol.asyncDispose]());

  it('finds a place that has gone, and that it has come back', async () => {
    const folder = fileURLToPath(world.place('away'));
    await using pinger = new RepositoryPinger({ services: world.services, clock: new ManualClock(now) });
    await pinger.ping();
    assert.deepEqual([...pinger.errors], []);
    await rename(folder, `${folder}.moved`);
    await pinger.ping();
    assert.deepEqual([...pinger.errors.keys()], ['away']);
    assert.match(pinger.errors.get('away') ?? '', /^2026-01-02 03:04:05: \S/);
    await rename(`${folder}.moved`, folder);
    await pinger.ping();
    assert.deepEqual([...pinger.errors], []);
  });

  it('shows within half a minute that an endpoint is dead, and a minute after it is back no more', async () => {
    // Requests are signed with the time of the machine.
    const clock = new ManualClock(Date.now());
    await using world = await World.open({ clock });
    const keys = new Map([['AK', { secretKey: 'secret' }]]);
    const doubled = { conditions: 'aws', keys } as const;
    await using endpoint = await startS3Server(doubled);
    const { port } = endpoint;
    const properties = `"aws.s3.access_key" = "AK", "aws.s3.secret_key" = "secret", "aws.s3.endpoint" = "${endpoint.endpoint}"`;
    await world.run(
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "s3a://bucket/x" PROPERTIES (${properties})`,
    );
    const shown = async (): Promise<string | null | undefined> =>
      (await world.rows('SHOW REPOSITORIES'))[0]?.[6];
    assert.equal(await shown(), null);
    await endpoint[Symbol.asyncDispose]();
    const seenAfterMs = await advanceUntil(clock, async () => (await shown()) !== null);
    assert.ok(seenAfterMs <= 30_000, `${seenAfterMs} ms`);
    assert.match(
      (await shown()) ?? '',
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: cannot .*: the connection was refused \(ECONNREFUSED\)/,
    );
    await using _again = await startS3Server({ ...doubled, port, objects: endpoint.objects });
    const mendedAfterMs = await advanceUntil(clock, async () => (await shown()) === null);
    assert.ok(mendedAfterMs <= 90_000, `${mendedAfterMs} ms`);
  });

  it('is taken soon after the start, a minute after one that failed, and every ten minutes from then on', async () => {
    const clock = new ManualClock(now);
    const looks: string[] = [];
    const looked = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const services = {
      repositories: { list: () => [{ name: 'r' }] } as never,
      lookAtRepository: async (name: string) => {
        looks.push(name);
        looked[looks.length - 1]?.resolve();
        if (looks.length === 1) throw new Error('no answer');
      },
    };
    const pinger = new RepositoryPinger({ services, clock });
    pinger.start();
    clock.advance(10_000);
    await looked[0]?.promise;
    while (clock.pending === 0) await new Promise(setImmediate);
    assert.deepEqual([...pinger.errors], [['r', '2026-01-02 03:04:15: no answer']]);
    clock.advance(60_000);
    await looked[1]?.promise;
    while (clock.pending === 0) await new Promise(setImmediate);
    assert.deepEqual([...pinger.errors], []);
    clock.advance(599_999);
    assert.equal(looks.length, 2);
    clock.advance(1);
    await looked[2]?.promise;
    await pinger[Symbol.asyncDispose]();
    pinger.start();
    assert.deepEqual([looks.length, clock.pending], [3, 0]);
  });
});

/** Lets time pass, slowly enough for requests on loopback, until `isSo`; gives how much of it has passed. */
async function advanceUntil(clock: ManualClock, isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = clock.now();
  while (!(await isSo())) {
    clock.advance(100);
    await new Promise(setImmediate);
    assert.ok(clock.now() - startedAt < 600_000, 'nothing has changed');
  }
  return clock.now() - startedAt;
}
