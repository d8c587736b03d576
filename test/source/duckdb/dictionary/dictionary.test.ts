import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';
import { column, table } from '../definitions.ts';

describe('the dictionary', () => {
  it('shows a change after its commit, and nothing of one that failed', async () => {
    await using fixture = await EngineFixture.open();
    const { dictionary } = fixture.engine;
    using connection = await fixture.engine.connect();
    const definition = table('t', [column('a')], {
      options: { autoIncrement: 9_007_199_254_740_993n, other: [] },
    });
    await dictionary.transact(connection, async (change) => {
      await change.putObject({ kind: 'TABLE', database: 'shop', name: 't', definition });
      assert.equal(dictionary.object('shop', 't'), undefined);
    });
    assert.equal(dictionary.table('SHOP', 'T')?.name, 't');
    await assert.rejects(
      dictionary.transact(connection, async (change) => {
        await change.dropObject('shop', 't');
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    assert.ok(dictionary.object('shop', 't'));
    assert.equal(await connection.fact('SELECT count(*) FROM __holdfast.objects'), 1n);
  });

  it('reads back exactly what was written', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    const definition = table("it's", [column('ä', undefined, { default: { text: "'q'" } })], {
      options: { autoIncrement: 9_007_199_254_740_993n, comment: 'x"y', other: [['A', 'B']] },
      partitioning: {
        kind: 'LIST',
        columns: ['ä'],
        spelling: 'LIST COLUMNS',
        partitions: [{ name: 'p', bounds: { kind: 'in', rows: [[{ kind: 'null' }]] }, properties: [] }],
      },
    });
    await fixture.engine.dictionary.transact(connection, (change) =>
      change.putObject({ kind: 'TABLE', database: 'shop', name: "it's", definition }),
    );
    await fixture.reopen();
    assert.deepEqual(fixture.engine.dictionary.table('shop', "IT'S")?.definition, definition);
  });

  it('survives a restart in the middle of a definition', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    await connection.run('BEGIN TRANSACTION');
    await connection.run('CREATE TABLE "db:shop".half(a INTEGER)');
    connection.close();
    await fixture.reopen();
    assert.deepEqual(fixture.engine.dictionary.objects('shop'), []);
    await fixture.run('CREATE TABLE half (a INT)');
  });

  it('refuses a file that a newer release has written, and says which to use', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    await connection.run('INSERT INTO __holdfast.version VALUES (2)');
    connection.close();
    await assert.rejects(
      fixture.reopen(),
      /dictionary version 2; this Holdfast knows versions up to 1: use the release that wrote it, or a newer one/,
    );
  });
});
