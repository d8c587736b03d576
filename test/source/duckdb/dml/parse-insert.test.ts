import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { parseInsertHead, parseInsertTail } from '../../../../src/source/duckdb/dml/parse-insert.ts';
import { TokenReader } from '../../../../src/source/duckdb/dml/token-reader.ts';
import { readValueRows } from '../../../../src/source/duckdb/dml/value-rows.ts';
import { column, type } from '../definitions.ts';

describe('INSERT', () => {
  it('names its table, columns and rows', () => {
    const { head } = parse(
      "INSERT LOW_PRIORITY IGNORE INTO `a b`.t (x, `y`) VALUES (1, '2'), ROW(NULL, DEFAULT)",
    );
    assert.deepEqual(head.table, { database: 'a b', name: 't' });
    assert.deepEqual(head.columns, ['x', 'y']);
    assert.equal(head.ignore, true);
    assert.equal(head.source.kind, 'values');
  });

  it('reads a SELECT up to ON DUPLICATE KEY UPDATE, and JOIN … ON stays in it', () => {
    const { head, tail } = parse(
      'INSERT INTO t SELECT a.x FROM a JOIN b ON a.i = b.i ON DUPLICATE KEY UPDATE x = VALUES(x) + 1, y = f(1, 2)',
    );
    assert.deepEqual(head.source, { kind: 'select', text: 'SELECT a.x FROM a JOIN b ON a.i = b.i' });
    assert.deepEqual(tail?.onDuplicate, [
      { column: 'x', expression: 'VALUES(x) + 1' },
      { column: 'y', expression: 'f(1, 2)' },
    ]);
  });

  it('reads a parenthesised SELECT, SET, PARTITION and REPLACE', () => {
    assert.equal(parse('REPLACE t (SELECT 1)').head.kind, 'replace');
    assert.deepEqual(parse('INSERT INTO t PARTITION (p0, p1) VALUES (1)').head.partitions, ['p0', 'p1']);
    assert.deepEqual(parse('INSERT t SET a = 1, b = b + 1').head.source, {
      kind: 'set',
      expressions: ['1', 'b + 1'],
    });
  });

  it('knows the new row by its alias', () => {
    const { tail } = parse('INSERT INTO t VALUES (1) AS new(m) ON DUPLICATE KEY UPDATE x = m');
    assert.deepEqual(tail?.alias, { name: 'new', columns: ['m'] });
  });

  for (const text of [
    'INSERT INTO t',
    'INSERT INTO t VALUES 1',
    'INSERT INTO t VALUES (1) garbage',
    'INSERT INTO t VALUES (1,)',
  ]) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parse(text), /You have an error in your SQL syntax near/);
    });
  }
});

describe('the literals of VALUES', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['INT', "'12'", '12'],
    ['INT', '- 7', '-7'],
    ['INT', '0x1F', '31'],
    ['INT', "b'101'", '5'],
    ['INT', 'TRUE', '1'],
    ['INT', 'NULL', null],
    ['VARCHAR', "_utf8mb4'é'", 'é'],
    ['VARCHAR', "x'C3A9'", 'é'],
    ['VARCHAR', '1.50', '1.50'],
    ['BLOB', "_binary'a'", Buffer.from('a')],
    ['BLOB', "x'00ff'", Buffer.from([0, 255])],
    ['BIT', "b'11'", '3'],
    ['BIT', "_binary'\\0'", '0'],
    ['DATE', "DATE '2024-01-01'", '2024-01-01'],
  ];
  for (const [name, text, expected] of cases) {
    it(`${text} for ${name}`, () => {
      const { rows, pending } = read(`(${text})`, name);
      assert.deepEqual(pending, []);
      assert.deepEqual(rows, [[expected]]);
    });
  }

  it('leaves expressions and defaults to be computed', () => {
    assert.deepEqual(read("(1 + (2)), (DEFAULT), (concat('a', 'b'))", 'INT').pending, [
      { row: 0, column: 0, expression: '1 + (2)' },
      { row: 1, column: 0, expression: undefined },
      { row: 2, column: 0, expression: "concat('a', 'b')" },
    ]);
  });

  it('counts the values of each row', () => {
    assert.throws(() => read('(1), (1, 2)', 'INT'), /Column count doesn't match value count at row 2/);
  });
});

function read(text: string, name: string): ReturnType<typeof readValueRows> {
  return readValueRows(new TokenReader(tokenize(text), text), [
    column('c', type(name, name === 'BIT' ? [8] : [])),
  ]);
}

function parse(text: string): Readonly<{
  head: ReturnType<typeof parseInsertHead>;
  tail: ReturnType<typeof parseInsertTail> | undefined;
}> {
  const reader = new TokenReader(tokenize(text), text);
  const head = parseInsertHead(reader);
  if (head.source.kind === 'values') {
    const count = head.columns?.length ?? 1;
    readValueRows(
      reader,
      Array.from({ length: count }, (_, index) => column(`c${index}`)),
    );
  }
  return { head, tail: parseInsertTail(reader) };
}
