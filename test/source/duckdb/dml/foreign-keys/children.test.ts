import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../../engine-fixture.ts';

/** p ← c (as the case says) ← d */
function schema(action: string): readonly string[] {
  return [
    'CREATE TABLE p (id INT PRIMARY KEY, n INT)',
    `CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id) ${action})`,
    'CREATE TABLE d (cid INT, FOREIGN KEY (cid) REFERENCES c (id) ON DELETE CASCADE)',
    'INSERT INTO p VALUES (1, 1), (2, 2), (3, 3)',
    'INSERT INTO c VALUES (1, 1), (2, 2), (3, NULL)',
    'INSERT INTO d VALUES (1), (2), (2)',
  ];
}

const needed =
  'needed_parent: Cannot delete or update a parent row: a foreign key constraint fails (`shop`.`c`, CONSTRAINT ' +
  '`c_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `p` (`id`))';

/** Action, statement, its answer, then the rows of c and of d. */
const carried: readonly (readonly [string, string, string, string, string])[] = [
  ['ON DELETE CASCADE', 'DELETE FROM p WHERE id < 3', '2/0/', '3|null', ''],
  ['ON DELETE CASCADE', 'DELETE p FROM p JOIN c ON c.pid = p.id WHERE c.id = 1', '1/0/', '2|2 3|null', '2 2'],
  ['ON DELETE SET NULL', 'DELETE FROM p WHERE id = 1', '1/0/', '1|null 2|2 3|null', '1 2 2'],
  ['ON DELETE CASCADE', 'REPLACE INTO p VALUES (1, 9)', '2/0/', '1|1 2|2 3|null', '1 2 2'],
  [
    'ON UPDATE CASCADE',
    'UPDATE p SET id = id + 10 WHERE id < 3',
    '2/0/Rows matched: 2  Changed: 2  Warnings: 0',
    '1|11 2|12 3|null',
    '1 2 2',
  ],
  [
    'ON UPDATE SET NULL',
    'UPDATE p SET id = 10, n = 4 WHERE id = 1',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    '1|null 2|2 3|null',
    '1 2 2',
  ],
  [
    'ON UPDATE CASCADE',
    'INSERT INTO p VALUES (1, 1) ON DUPLICATE KEY UPDATE id = 30',
    '2/0/',
    '1|30 2|2 3|null',
    '1 2 2',
  ],
];

describe('rows that refer to others', () => {
  it('keep them where they are', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema(''));
    for (const sql of [
      'DELETE FROM p',
      'DELETE FROM p WHERE id = 2',
      'UPDATE p SET id = 9 WHERE id = 1',
      'INSERT INTO p VALUES (1, 1) ON DUPLICATE KEY UPDATE id = 9',
    ]) {
      assert.equal(await fixture.error(sql), needed, sql);
    }
    await fixture.all('DELETE FROM p WHERE id = 3', 'UPDATE p SET n = 5', 'REPLACE INTO p VALUES (1, 6)');
    const answer = await fixture.run('DELETE IGNORE FROM p');
    assert.ok(answer.kind === 'ok');
    assert.deepEqual(
      answer.warnings.map(({ number }) => number),
      [1451, 1451],
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM p ORDER BY id'), ['1|6', '2|5']);
  });

  for (const isIn of [false, true]) {
    for (const [action, sql, answer, c, d] of carried) {
      it(`follow ${sql} with ${action}${isIn ? ' in a transaction' : ''}`, async () => {
        await using fixture = await EngineFixture.open();
        await fixture.all(...schema(action), ...(isIn ? ['BEGIN'] : []));
        assert.equal(await fixture.answer(sql), answer);
        if (isIn) await fixture.run('COMMIT');
        assert.equal((await fixture.lines('SELECT * FROM c ORDER BY id')).join(' '), c);
        assert.equal((await fixture.lines('SELECT * FROM d ORDER BY cid')).join(' '), d);
      });
    }
  }

  it('stay as they were when one of them cannot follow', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      ...schema('ON DELETE CASCADE ON UPDATE CASCADE'),
      'CREATE TABLE e (cid INT, FOREIGN KEY (cid) REFERENCES c (id))',
      'INSERT INTO e VALUES (2)',
      'BEGIN',
      'INSERT INTO p VALUES (4, 4)',
    );
    assert.match(await fixture.error('DELETE FROM p'), /^needed_parent: .*`e`/);
    await fixture.all('UPDATE p SET id = 40 WHERE id = 4', 'COMMIT');
    assert.deepEqual(await fixture.lines('SELECT id FROM p ORDER BY id'), ['1', '2', '3', '40']);
    assert.deepEqual(await fixture.lines('SELECT * FROM c ORDER BY id'), ['1|1', '2|2', '3|null']);
    assert.deepEqual(await fixture.lines('SELECT * FROM d ORDER BY cid'), ['1', '2', '2']);
  });

  it('follow through fifteen rows and no more', async () => {
    await using fixture = await EngineFixture.open();
    const rows = Array.from({ length: 16 }, (_, index) => `(${index + 1}, ${index === 0 ? 'NULL' : index})`);
    await fixture.all(
      'CREATE TABLE t (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES t (id) ON DELETE CASCADE)',
      `INSERT INTO t VALUES ${rows.join(', ')}`,
    );
    assert.match(await fixture.error('DELETE FROM t WHERE id = 1'), /^cascade_depth/);
    assert.equal(await fixture.answer('DELETE FROM t WHERE id = 2'), '1/0/');
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|null']);
  });

  it('have their generated columns computed anew', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE p (id INT PRIMARY KEY)',
      'CREATE TABLE c (pid INT, g INT AS (pid * 2), FOREIGN KEY (pid) REFERENCES p (id) ON UPDATE CASCADE)',
      'INSERT INTO p VALUES (1)',
      'INSERT INTO c (pid) VALUES (1)',
      'UPDATE p SET id = 4',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM c'), ['4|8']);
  });

  it('forbid to take partitions of theirs away as a whole', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema(''));
    assert.match(await fixture.error('INSERT OVERWRITE p VALUES (1, 1)'), /^not_supported/);
  });
});
