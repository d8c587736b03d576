import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { parseDelete, parseUpdate } from '../../../../src/source/duckdb/dml/parse-update.ts';
import { TokenReader } from '../../../../src/sql/token-reader.ts';

function reader(text: string): TokenReader {
  return new TokenReader(tokenize(text), text);
}

describe('UPDATE', () => {
  it('has references, assignments and a tail', () => {
    const update = parseUpdate(
      reader('UPDATE IGNORE a JOIN b ON a.i = b.i SET a.x = (SELECT 1 WHERE 1), y = 2 WHERE z LIMIT 3'),
    );
    assert.equal(update.ignore, true);
    assert.equal(update.from, 'a JOIN b ON a.i = b.i');
    assert.deepEqual(update.assignments, [
      { column: 'x', target: 'a', expression: '(SELECT 1 WHERE 1)' },
      { column: 'y', target: undefined, expression: '2' },
    ]);
    assert.equal(update.tail, 'WHERE z LIMIT 3');
  });

  it('needs an expression', () => {
    assert.throws(() => parseUpdate(reader('UPDATE t SET a = WHERE b')), /SQL syntax/);
  });
});

describe('DELETE', () => {
  const cases: readonly (readonly [string, readonly string[], string, string])[] = [
    ['DELETE FROM t WHERE a = 1 ORDER BY b LIMIT 2', [], 't', 'WHERE a = 1 ORDER BY b LIMIT 2'],
    ['DELETE a, db.b.* FROM a JOIN b USING (i)', ['a', 'b'], 'a JOIN b USING (i)', ''],
    ['DELETE QUICK FROM a, b USING a JOIN b ON 1 WHERE x', ['a', 'b'], 'a JOIN b ON 1', 'WHERE x'],
    ['WITH c AS (SELECT 1) DELETE FROM t', [], 't', ''],
  ];
  for (const [text, targets, from, tail] of cases) {
    it(text, () => {
      const parsed = parseDelete(reader(text));
      assert.deepEqual(parsed.targets, targets);
      assert.equal(parsed.from, from);
      assert.equal(parsed.tail, tail);
    });
  }
});
