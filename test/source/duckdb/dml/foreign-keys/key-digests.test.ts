import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../../engine-fixture.ts';

const schema = [
  'CREATE TABLE p (id VARCHAR(9) PRIMARY KEY, n DECIMAL(5,1) UNIQUE)',
  'CREATE TABLE c (id INT PRIMARY KEY, pid VARCHAR(5), n DECIMAL(9,3), FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE, FOREIGN KEY (n) REFERENCES p (n))',
  "INSERT INTO p VALUES ('a', 1.5), ('b', 2), ('c', NULL)",
  "INSERT INTO c VALUES (1, 'c', NULL)",
];

/** Statements of two transactions, and whether the second one to commit fails. */
const pairs: readonly (readonly [string, string, boolean])[] = [
  ["INSERT INTO c VALUES (2, 'A', NULL)", "DELETE FROM p WHERE id = 'a'", true],
  ['INSERT INTO c VALUES (2, NULL, 1.50)', "DELETE FROM p WHERE id = 'a'", true],
  ["INSERT INTO c VALUES (2, 'A', 1.5)", "DELETE FROM p WHERE id = 'b'", false],
  ["INSERT INTO c VALUES (2, 'a', NULL)", "UPDATE p SET id = 'x' WHERE id = 'a'", true],
  ["INSERT INTO c VALUES (2, 'a', NULL)", "UPDATE p SET n = 7 WHERE id = 'a'", false],
  ["UPDATE c SET pid = 'b'", "REPLACE INTO p VALUES ('x', 2)", true],
  ["REPLACE INTO c VALUES (1, 'b', NULL)", "DELETE FROM p WHERE id = 'b'", true],
  ["INSERT INTO c VALUES (2, 'b', NULL)", "INSERT INTO c VALUES (3, 'b', NULL)", false],
];

async function commits(fixture: EngineFixture): Promise<string> {
  return (await fixture.error('COMMIT')).split(':')[0] ?? '';
}

describe('a child and its parent in two transactions', () => {
  for (const [child, parent, isRefused] of pairs) {
    for (const [first, second] of [
      [child, parent],
      [parent, child],
    ] as const) {
      it(`${isRefused ? 'meet' : 'do not meet'}: ${first}, ${second}`, async () => {
        await using fixture = await EngineFixture.open();
        await fixture.all(...schema, 'BEGIN');
        await using other = fixture.other();
        await other.all('BEGIN', 'SELECT * FROM p', second);
        await fixture.run(first);
        assert.equal(await commits(fixture), 'no error');
        assert.equal(await commits(other), isRefused ? 'lock_deadlock' : 'no error');
      });
    }
  }

  it('meet where one of them is a statement by itself', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'BEGIN', "INSERT INTO c VALUES (2, 'a', NULL)");
    await using other = fixture.other();
    await other.run("DELETE FROM p WHERE id = 'a'");
    assert.equal(await commits(fixture), 'lock_deadlock');
    assert.deepEqual(await fixture.lines('SELECT id FROM c'), ['1']);
  });
});
