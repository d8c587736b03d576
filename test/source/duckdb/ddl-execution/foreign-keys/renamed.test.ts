import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../../engine-fixture.ts';

function keysOf(fixture: EngineFixture, database: string, table: string): readonly string[] {
  const rows = fixture.engine.dictionary.table(database, table)?.definition.foreignKeys;
  return (rows ?? []).map(
    (key) =>
      `${key.name}: ${[key.referencedDatabase, key.referencedTable].filter(Boolean).join('.')}(${key.referencedColumns.join()})`,
  );
}

describe('foreign keys of what gets another name', () => {
  it('follow tables and columns', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE DATABASE other',
      'CREATE TABLE p (id INT PRIMARY KEY)',
      'CREATE TABLE c (id INT, pid INT, FOREIGN KEY (pid) REFERENCES p (id), CONSTRAINT own FOREIGN KEY (id) REFERENCES p (id))',
      'CREATE TABLE s (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES s (id))',
    );
    await fixture.all('ALTER TABLE p CHANGE id key_of INT', 'ALTER TABLE s RENAME COLUMN id TO nid');
    assert.deepEqual(keysOf(fixture, 'shop', 'c'), ['c_ibfk_1: p(key_of)', 'own: p(key_of)']);
    assert.deepEqual(keysOf(fixture, 'shop', 's'), ['s_ibfk_1: s(nid)']);
    await fixture.run('RENAME TABLE p TO q, c TO d, s TO other.t');
    assert.deepEqual(keysOf(fixture, 'shop', 'd'), ['d_ibfk_1: q(key_of)', 'own: q(key_of)']);
    assert.deepEqual(keysOf(fixture, 'other', 't'), ['t_ibfk_1: t(nid)']);
    await fixture.all('RENAME TABLE q TO other.q', 'RENAME TABLE d TO other.d');
    assert.deepEqual(keysOf(fixture, 'other', 'd'), ['d_ibfk_1: q(key_of)', 'own: q(key_of)']);
    await fixture.run('RENAME TABLE other.d TO d');
    assert.deepEqual(keysOf(fixture, 'shop', 'd'), ['d_ibfk_1: other.q(key_of)', 'own: other.q(key_of)']);
    assert.match(
      await fixture.error('INSERT INTO d VALUES (NULL, 1)'),
      /REFERENCES `other`.`q` \(`key_of`\)/,
    );
  });

  it('are those of the table whose place another one takes', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE p (id INT PRIMARY KEY)',
      'CREATE TABLE fresh (id INT PRIMARY KEY)',
      'CREATE TABLE c (pid INT, FOREIGN KEY (pid) REFERENCES p (id))',
      'RENAME TABLE p TO old, fresh TO p',
    );
    assert.deepEqual(keysOf(fixture, 'shop', 'c'), ['c_ibfk_1: old(id)']);
  });
});
