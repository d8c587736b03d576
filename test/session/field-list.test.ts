import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { columnsOfTable } from '../../src/session/field-list.ts';
import { World } from '../dispatch/world.ts';

describe('COM_FIELD_LIST', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE `odd ``table` (id INT, first_name VARCHAR(5), last_name VARCHAR(5))');
  });
  after(() => world[Symbol.asyncDispose]());

  const { signal } = new AbortController();
  const names = async (table: string, pattern: string): Promise<readonly string[]> =>
    (await columnsOfTable(world.dispatcher, world.root, { table, pattern }, signal)).map(({ name }) => name);

  it('gives the columns that match, with the table’s name', async () => {
    assert.deepEqual(await names('odd `table', ''), ['id', 'first_name', 'last_name']);
    assert.deepEqual(await names('odd `table', '%name'), ['first_name', 'last_name']);
    const [column] = await columnsOfTable(
      world.dispatcher,
      world.root,
      { table: 'odd `table', pattern: 'ID' },
      signal,
    );
    assert.deepEqual([column?.table, column?.originalTable], ['odd `table', 'odd `table']);
  });

  it('refuses a table that is not there', () =>
    assert.rejects(names('ghost', ''), { kind: 'unknown_table' }));
});
