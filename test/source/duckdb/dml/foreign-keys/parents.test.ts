import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../../engine-fixture.ts';

const schema = [
  'CREATE TABLE p (id INT PRIMARY KEY, code VARCHAR(9) UNIQUE)',
  'CREATE TABLE c (id INT PRIMARY KEY, pid INT, k VARCHAR(9), CONSTRAINT a FOREIGN KEY (pid) REFERENCES p (id), CONSTRAINT b FOREIGN KEY (k) REFERENCES p (code))',
  "INSERT INTO p VALUES (1, 'one'), (2, 'two')",
  "INSERT INTO c VALUES (1, 1, 'ONE'), (2, NULL, NULL)",
];

const missing =
  'missing_parent: Cannot add or update a child row: a foreign key constraint fails (`shop`.`c`, CONSTRAINT ' +
  '`a` FOREIGN KEY (`pid`) REFERENCES `p` (`id`))';

/** Statements that refer to a parent which is not there. */
const refused: readonly string[] = [
  'INSERT INTO c VALUES (3, 9, NULL)',
  "INSERT INTO c VALUES (3, 1, 'two'), (4, 9, 'two')",
  'INSERT INTO c SELECT id + 10, id + 1, NULL FROM p',
  'REPLACE INTO c VALUES (1, 9, NULL)',
  'INSERT INTO c VALUES (1, 1, NULL) ON DUPLICATE KEY UPDATE pid = 9',
  'INSERT INTO c VALUES (1, 9, NULL) ON DUPLICATE KEY UPDATE pid = 2',
  'UPDATE c SET pid = 9 WHERE id = 1',
  'UPDATE c JOIN p ON c.pid = p.id SET c.pid = p.id + 8',
  'INSERT INTO v (id, pid) VALUES (3, 9)',
];

describe('the parents of rows', () => {
  it('have to be there', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'CREATE VIEW v AS SELECT id, pid FROM c');
    for (const sql of refused) assert.equal(await fixture.error(sql), missing, sql);
    assert.match(await fixture.error("INSERT INTO c VALUES (3, 1, 'six')"), /CONSTRAINT `b`/);
    assert.deepEqual(await fixture.lines('SELECT * FROM c ORDER BY id'), ['1|1|ONE', '2|null|null']);
  });

  it('may be missing for rows that stay as they are, and where checks are off', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    fixture.variables.set('foreign_key_checks', 0n);
    await fixture.all("INSERT INTO c VALUES (3, 9, 'six')", 'DELETE FROM p');
    fixture.variables.set('foreign_key_checks', 1n);
    await fixture.all('UPDATE c SET id = id + 10', 'UPDATE c SET pid = 9 WHERE id = 13');
    assert.equal(await fixture.error('UPDATE c SET pid = 8 WHERE id = 13'), missing);
  });

  it('are asked for in a transaction, which goes on', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      ...schema,
      'BEGIN',
      "INSERT INTO p VALUES (3, 'three')",
      'INSERT INTO c VALUES (3, 3, NULL)',
    );
    assert.equal(await fixture.error('INSERT INTO c VALUES (4, 4, NULL)'), missing);
    await fixture.run('COMMIT');
    assert.deepEqual(await fixture.lines('SELECT id, pid FROM c ORDER BY id'), ['1|1', '2|null', '3|3']);
  });

  it('are asked for with IGNORE, which leaves rows without out', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    const answer = await fixture.run('INSERT IGNORE INTO c VALUES (3, 9, NULL), (4, 2, NULL), (5, 8, NULL)');
    assert.equal(answer.kind, 'ok');
    assert.deepEqual(
      answer.warnings.map((warning) => warning.number),
      [1452, 1452],
    );
    assert.deepEqual(await fixture.lines('SELECT id FROM c ORDER BY id'), ['1', '2', '4']);
  });

  it('of a table that refers to itself come before their children', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE s (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES s (id))');
    assert.match(await fixture.error('INSERT INTO s VALUES (2, 1), (1, NULL)'), /^missing_parent/);
    await fixture.all(
      'INSERT INTO s VALUES (1, 1), (2, 1)',
      'INSERT IGNORE INTO s VALUES (9, 8), (7, 9), (3, 2)',
    );
    assert.deepEqual(await fixture.lines('SELECT id FROM s ORDER BY id'), ['1', '2', '3']);
  });
});
