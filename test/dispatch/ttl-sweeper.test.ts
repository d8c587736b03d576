import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { TtlSweeper } from '../../src/dispatch/ttl-sweeper.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { World } from './world.ts';

const dayMs = 86_400_000;

describe('the sweeper of snapshots whose time is over', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.t (id INT PRIMARY KEY)');
    for (const [label, ttl] of [
      ['short', '1 DAY'],
      ['long', '9 DAY'],
      ['ever', ''],
    ]) {
      await world.run(`BACKUP SNAPSHOT shop.${label} TO r PROPERTIES ("ttl" = "${ttl}")`);
      await world.settled();
    }
  });
  after(() => world[Symbol.asyncDispose]());

  const labels = async (): Promise<readonly unknown[]> =>
    (await world.rows('SHOW SNAPSHOT ON r')).map((row) => row[0]);

  it('deletes them an hour after its start, and later looks again', async () => {
    const clock = new ManualClock(Date.now() + 2 * dayMs);
    const { promise: swept, resolve } = Promise.withResolvers<void>();
    const log = { ...silentLog, info: () => resolve() };
    await using sweeper = new TtlSweeper({ services: world.services, clock, log });
    sweeper.start();
    assert.deepEqual(await labels(), ['ever', 'long', 'short']);
    clock.advance(3_600_000);
    await swept;
    assert.deepEqual(await labels(), ['ever', 'long']);
  });

  it('leaves read-only repositories alone', async () => {
    const clock = new ManualClock(Date.now() + 20 * dayMs);
    await world.run('DROP REPOSITORY r');
    await world.run(`CREATE READ ONLY REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await using sweeper = new TtlSweeper({ services: world.services, clock, log: silentLog });
    await sweeper.sweep();
    assert.deepEqual(await labels(), ['ever', 'long']);
  });

  it('goes on behind a repository that is out of reach', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (event: string) => void warnings.push(event) };
    const services = {
      ...world.services,
      repositories: { list: () => [{ name: 'ghost', readOnly: false }] } as never,
    };
    await using sweeper = new TtlSweeper({ services, clock: new ManualClock(0), log });
    await sweeper.sweep();
    assert.deepEqual(warnings, ['ttl_sweep_failed']);
  });

  it('schedules nothing after it was stopped', async () => {
    const clock = new ManualClock(0);
    const sweeper = new TtlSweeper({ services: world.services, clock, log: silentLog });
    await sweeper[Symbol.asyncDispose]();
    sweeper.start();
    assert.equal(clock.pending, 0);
  });
});
