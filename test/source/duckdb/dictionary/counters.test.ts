import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFacts } from '../../../../src/source/duckdb/engine-facts.ts';
import { Counters } from '../../../../src/source/duckdb/dictionary/counters.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('AUTO_INCREMENT counters', () => {
  it('hand out consecutive values and only rise', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    const counters = await Counters.open(connection);
    assert.equal(counters.next('d', 't'), 1n);
    assert.equal(counters.reserve('d', 't', 3n, 1n), 1n);
    assert.equal(counters.reserve('D', 'T', 1n, 1n), 4n);
    assert.equal(counters.reserve('d', 't', 1n, 100n), 100n);
    counters.raise('d', 't', 5n);
    assert.equal(counters.next('d', 't'), 101n);
    assert.equal(counters.next('d', 'other'), 1n);
    counters.forgetDatabase('d');
    assert.equal(counters.next('d', 't'), 1n);
  });

  it('are kept with the rows, compacted when the engine opens', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT)');
    for (let round = 0; round < 5; round++) await fixture.run('INSERT INTO t (v) VALUES (1)');
    await fixture.run('BEGIN');
    await fixture.run('INSERT INTO t (v) VALUES (1)');
    await fixture.run('ROLLBACK');
    assert.equal(await fixture.answer('INSERT INTO t (v) VALUES (1)'), '1/7/');
    await fixture.reopen();
    assert.equal(new EngineFacts(fixture.embedded).autoIncrement('shop', 't'), 8n);
    using connection = await fixture.engine.connect();
    assert.equal(await connection.fact('SELECT count(*) FROM __holdfast.counters'), 1n);
  });

  it('begin again after TRUNCATE and go with a dropped table', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=100',
      'INSERT INTO t VALUES (NULL)',
      'TRUNCATE t',
    );
    assert.equal(await fixture.answer('INSERT INTO t VALUES (NULL)'), '1/1/');
    await fixture.all('DROP TABLE t', 'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)');
    assert.equal(await fixture.answer('INSERT INTO t VALUES (NULL)'), '1/1/');
  });
});
