import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { openAdapter } from '../../src/repository/open-adapter.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { World } from './world.ts';

describe('VERIFY SNAPSHOT of a store that does not answer', () => {
  let world: World;
  let asked = Promise.withResolvers<void>();
  let hangs = false;

  before(async () => {
    world = await World.open({
      openAdapter: async (...given) =>
        faultyStore(await openAdapter(...given), async (point) => {
          if (!hangs || point !== 'get') return;
          asked.resolve();
          await new Promise(() => undefined);
        }),
    });
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.item (id INT PRIMARY KEY)');
    await world.run('INSERT INTO shop.item VALUES (1)');
    await world.run('BACKUP SNAPSHOT shop.good TO r');
    await world.settled();
    hangs = true;
  });
  after(() => world[Symbol.asyncDispose]());

  it('ends when its session is told to stop, with the reason', async () => {
    asked = Promise.withResolvers();
    const stop = new AbortController();
    const text = 'VERIFY SNAPSHOT good ON r FULL';
    const running = world.dispatcher.run({ text, parameters: [] }, world.root, stop.signal);
    await asked.promise;
    stop.abort(new SqlError('query_interrupted', 'Query execution was interrupted'));
    await assert.rejects(
      running,
      (error) => !(error instanceof SqlError && error.kind === 'statement_timeout'),
    );
  });

  it("ends by the session's max_execution_time", async () => {
    await world.run('SET SESSION max_execution_time = 50');
    await world.refuses(
      'VERIFY SNAPSHOT good ON r',
      'statement_timeout',
      /maximum statement execution time exceeded/,
    );
    await world.run('SET SESSION max_execution_time = 0');
  });
});
