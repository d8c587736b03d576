import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { parseInsertHead, parseInsertTail } from '../../../../src/source/duckdb/dml/parse-insert.ts';
import { TokenReader } from '../../../../src/sql/token-reader.ts';
import { readValueRows } from '../../../../src/source/duckdb/dml/value-rows.ts';
import { column } from '../definitions.ts';

describe('INSERT', () => {
  it('names its table, columns and rows', async () => {
    const { head } = await parse(
      "INSERT LOW_PRIORITY IGNORE INTO `a b`.t (x, `y`) VALUES (1, '2'), ROW(NULL, DEFAULT)",
    );
    assert.deepEqual(head.table, { database: 'a b', name: 't' });
    assert.deepEqual(head.columns, ['x', 'y']);
    assert.equal(head.ignore, true);
    assert.equal(head.source.kind, 'values');
  });

  it('reads a SELECT up to ON DUPLICATE KEY UPDATE, and JOIN … ON stays in it', async () => {
    const { head, tail } = await parse(
      'INSERT INTO t SELECT a.x FROM a JOIN b ON a.i = b.i ON DUPLICATE KEY UPDATE x = VALUES(x) + 1, y = f(1, 2)',
    );
    assert.deepEqual(head.source, { kind: 'select', text: 'SELECT a.x FROM a JOIN b ON a.i = b.i' });
    assert.deepEqual(tail?.onDuplicate, [
      { column: 'x', expression: 'VALUES(x) + 1' },
      { column: 'y', expression: 'f(1, 2)' },
    ]);
  });

  it('reads a parenthesised SELECT, SET, PARTITION and REPLACE', async () => {
    assert.equal((await parse('REPLACE t (SELECT 1)')).head.kind, 'replace');
    assert.deepEqual((await parse('INSERT INTO t PARTITION (p0, p1) VALUES (1)')).head.partitions, [
      'p0',
      'p1',
    ]);
    assert.deepEqual((await parse('INSERT t SET a = 1, b = b + 1')).head.source, {
      kind: 'set',
      expressions: ['1', 'b + 1'],
    });
  });

  it('knows the new row by its alias', async () => {
    const { tail } = await parse('INSERT INTO t VALUES (1) AS new(m) ON DUPLICATE KEY UPDATE x = m');
    assert.deepEqual(tail?.alias, { name: 'new', columns: ['m'] });
  });

  for (const text of [
    'INSERT INTO t',
    'INSERT INTO t VALUES 1',
    'INSERT INTO t VALUES (1) garbage',
    'INSERT INTO t VALUES (1,)',
  ]) {
    it(`refuses ${text}`, async () => {
      await assert.rejects(parse(text), /You have an error in your SQL syntax; .* near '/);
    });
  }
});

async function parse(text: string): Promise<
  Readonly<{
    head: ReturnType<typeof parseInsertHead>;
    tail: ReturnType<typeof parseInsertTail> | undefined;
  }>
> {
  const reader = new TokenReader(tokenize(text), text);
  const head = parseInsertHead(reader);
  if (head.source.kind === 'values') {
    const columns = Array.from({ length: head.columns?.length ?? 1 }, (_, index) => column(`c${index}`));
    await readValueRows(reader, columns, () => assert.fail('few rows are staged together'));
  }
  return { head, tail: parseInsertTail(reader) };
}
