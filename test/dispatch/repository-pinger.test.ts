import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { RepositoryPinger } from '../../src/dispatch/repository-pinger.ts';
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

  it('is taken soon after the start, and every ten minutes from then on', async () => {
    const clock = new ManualClock(now);
    const looks: string[] = [];
    const looked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const services = {
      repositories: { list: () => [{ name: 'r' }] } as never,
      lookAtRepository: async (name: string) => {
        looks.push(name);
        looked[looks.length - 1]?.resolve();
        throw new Error('no answer');
      },
    };
    const pinger = new RepositoryPinger({ services, clock });
    pinger.start();
    clock.advance(10_000);
    await looked[0]?.promise;
    while (clock.pending === 0) await new Promise(setImmediate);
    assert.deepEqual([...pinger.errors], [['r', '2026-01-02 03:04:15: no answer']]);
    clock.advance(600_000);
    await looked[1]?.promise;
    await pinger[Symbol.asyncDispose]();
    pinger.start();
    assert.deepEqual([looks.length, clock.pending], [2, 0]);
  });
});
