import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EngineFixture } from './engine-fixture.ts';

/** MySQL 9.7's answers. */
const cases: readonly (readonly [statement: string, rows: readonly string[]])[] = [
  ['SELECT cs FROM t ORDER BY cs', ['a', 'A', 'á', 'Ab', 'b', 'B']],
  ['SELECT cs FROM t ORDER BY cs DESC LIMIT 2', ['B', 'b']],
  ["SELECT cs FROM t WHERE cs = 'A'", ['A']],
  ["SELECT cs FROM t WHERE cs < 'B' AND cs > 'a' ORDER BY cs", ['A', 'á', 'Ab', 'b']],
  ["SELECT cs FROM t WHERE cs BETWEEN 'A' AND 'á' ORDER BY cs", ['A', 'á']],
  ["SELECT cs FROM t WHERE cs IN ('B', 'Á')", ['B']],
  ["SELECT cs FROM t WHERE cs LIKE 'A%' ORDER BY cs", ['A', 'Ab']],
  ['SELECT COUNT(DISTINCT cs), COUNT(DISTINCT ci), COUNT(DISTINCT bin) FROM t', ['6|3|6']],
  ['SELECT MIN(cs), MAX(cs), MIN(bin), MAX(bin) FROM t', ['a|B|A|á']],
  ['SELECT GROUP_CONCAT(DISTINCT cs ORDER BY cs) FROM t', ['a,A,á,Ab,b,B']],
  ['SELECT COUNT(*) FROM t GROUP BY cs', ['1', '1', '1', '1', '1', '1']],
  ['SELECT COUNT(*) FROM t GROUP BY ci ORDER BY ci', ['3', '1', '2']],
  ["SELECT GREATEST(cs, 'B') FROM t WHERE cs = 'b'", ['B']],
  ['SELECT ci FROM t ORDER BY ci COLLATE utf8mb4_0900_as_cs', ['a', 'A', 'á', 'Ab', 'b', 'B']],
  ["SELECT 'a' COLLATE utf8mb4_0900_as_cs = 'A', 'a' COLLATE utf8mb4_0900_ai_ci = 'A'", ['0|1']],
];

describe('texts of a column', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.run(`CREATE TABLE t (
      ci VARCHAR(9), cs VARCHAR(9) COLLATE utf8mb4_0900_as_cs, bin VARCHAR(9) COLLATE utf8mb4_bin)`);
    const values = ['b', 'á', 'A', 'B', 'a', 'Ab'].map((text) => `('${text}', '${text}', '${text}')`);
    await fixture.run(`INSERT INTO t VALUES ${values.join(', ')}`);
  });
  after(async () => fixture[Symbol.asyncDispose]());
  for (const [statement, rows] of cases) {
    it(`follow its collation: ${statement}`, async () => {
      assert.deepEqual(await fixture.lines(statement), rows);
    });
  }
});
