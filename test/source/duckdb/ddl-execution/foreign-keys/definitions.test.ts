import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../../engine-fixture.ts';

const schema = [
  'CREATE TABLE p (id INT PRIMARY KEY, u INT UNIQUE, n INT, v VARCHAR(9) UNIQUE)',
  'CREATE TABLE c (id INT, pid INT, CONSTRAINT k FOREIGN KEY (pid) REFERENCES p (u) ON DELETE SET NULL)',
  'INSERT INTO p VALUES (1, 1, 1, NULL)',
  'INSERT INTO c VALUES (1, 1)',
];

/** What is refused, with checks and without, and by which error. */
const refused: readonly (readonly [string, RegExp])[] = [
  ['CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p (zz))', /^missing_parent_column/],
  ['CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p (n))', /^missing_parent_key/],
  ['CREATE TABLE t (a BIGINT, FOREIGN KEY (a) REFERENCES p (id))', /^incompatible_key_columns/],
  ['CREATE TABLE t (a INT UNSIGNED, FOREIGN KEY (a) REFERENCES p (id))', /^incompatible_key_columns/],
  [
    'CREATE TABLE t (a VARCHAR(9) COLLATE utf8mb4_bin, FOREIGN KEY (a) REFERENCES p (v))',
    /^incompatible_key_columns/,
  ],
  [
    'CREATE TABLE t (a INT NOT NULL, FOREIGN KEY (a) REFERENCES p (id) ON DELETE SET NULL)',
    /^null_of_key_column/,
  ],
  ['CREATE TABLE t (a INT, CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id))', /^duplicate_foreign_key/],
  ['CREATE TABLE t (FOREIGN KEY (a) REFERENCES p (id)) AS SELECT 1 AS a', /^foreign_key_of_select/],
  [
    'CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p (id)) PARTITION BY HASH (a) PARTITIONS 2',
    /^partitioned_foreign_key/,
  ],
  ['ALTER TABLE p DROP COLUMN u', /^needed_parent_column.*'k' of table 'c'/],
  ['ALTER TABLE p DROP INDEX u', /^needed_key/],
  ['ALTER TABLE p MODIFY u BIGINT', /^incompatible_key_columns/],
  ['ALTER TABLE c MODIFY pid BIGINT', /^incompatible_key_columns/],
  ['ALTER TABLE c MODIFY pid INT NOT NULL', /^null_of_key_column/],
  ['ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES p (id)', /^duplicate_foreign_key/],
];

/** What is refused with checks alone. */
const checked: readonly (readonly [string, RegExp])[] = [
  ['ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES nope (id)', /^missing_parent_table/],
  ['TRUNCATE TABLE p', /^needed_rows: .*\(`shop`.`c`, CONSTRAINT `k`\)/],
  ['DROP TABLE p', /^needed_table: .*'p' referenced by a foreign key constraint 'k' on table 'c'\./],
];

describe('definitions with foreign keys', () => {
  it('are refused where rows could not be checked', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    for (const checks of [1n, 0n]) {
      fixture.variables.set('foreign_key_checks', checks);
      for (const [sql, error] of refused)
        assert.match(await fixture.error(sql), error, `${sql} with ${checks}`);
    }
  });

  it('are refused where rows would be left without parents, unless checks are off', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    for (const [sql, error] of checked) assert.match(await fixture.error(sql), error, sql);
    fixture.variables.set('foreign_key_checks', 0n);
    for (const [sql] of checked) await fixture.run(sql);
    fixture.variables.set('foreign_key_checks', 1n);
    assert.match(await fixture.error('INSERT INTO c VALUES (2, 1)'), /^missing_parent/);
    assert.match(await fixture.error('CREATE TABLE p (u INT)'), /^foreign_key:/);
  });

  it('are refused for rows that are there', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'INSERT INTO c VALUES (7, NULL)');
    const sql = 'ALTER TABLE c ADD CONSTRAINT i FOREIGN KEY (id) REFERENCES p (id)';
    assert.match(await fixture.error(sql), /^missing_parent: .*CONSTRAINT `i`/);
    assert.match(await fixture.error('INSERT INTO c VALUES (2, 2)'), /CONSTRAINT `k`/);
    await fixture.all('DELETE FROM c WHERE id = 7', sql);
    assert.match(await fixture.error('INSERT INTO c VALUES (2, 1)'), /CONSTRAINT `i`/);
  });

  it('go with the tables that refer to them', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'DROP TABLE p, c', 'CREATE DATABASE other', ...schema);
    await fixture.run('CREATE TABLE other.o (a INT, FOREIGN KEY (a) REFERENCES shop.p (id))');
    assert.match(await fixture.error('DROP DATABASE shop'), /^needed_table/);
    await fixture.all('DROP DATABASE other', 'DROP DATABASE shop');
  });

  it('name the columns of the primary key where none are named', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES shop.p)');
    const { definition } = fixture.engine.dictionary.table('shop', 't') ?? {};
    assert.deepEqual(definition?.foreignKeys, [
      { name: 't_ibfk_1', columns: ['a'], referencedTable: 'p', referencedColumns: ['id'] },
    ]);
  });
});
