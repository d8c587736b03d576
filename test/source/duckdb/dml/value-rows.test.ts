import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { TokenReader } from '../../../../src/sql/token-reader.ts';
import type { StagedRow } from '../../../../src/source/duckdb/connection/connection.ts';
import { readValueRows, rowsAtOnce, stagedValue } from '../../../../src/source/duckdb/dml/value-rows.ts';
import { column, type } from '../definitions.ts';

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
    it(`${text} for ${name}`, async () => {
      const { rows, pending } = await read(`(${text})`, name);
      assert.deepEqual(pending, []);
      assert.deepEqual(rows, [[expected]]);
    });
  }

  it('leaves expressions and defaults to be computed', async () => {
    const { pending } = await read("(1 + (2)), (DEFAULT), (concat('a', 'b'))", 'INT');
    assert.deepEqual(pending, [
      { row: 0, column: 0, expression: '1 + (2)' },
      { row: 1, column: 0, expression: undefined },
      { row: 2, column: 0, expression: "concat('a', 'b')" },
    ]);
  });

  it('counts the values of each row', async () => {
    await assert.rejects(read('(1), (1, 2)', 'INT'), /Column count doesn't match value count at row 2/);
  });

  it('stages rows as they come, up to the first that is to be computed', async () => {
    const many = Array.from({ length: rowsAtOnce * 2 }, (_, id) => `(${id})`);
    const staged: string[] = [];
    const stage = async (rows: readonly StagedRow[]): Promise<void> =>
      void staged.push(`${rows.length} to ${String(rows.at(-1))}`);
    const whole = await read([...many, '(7)'].join(), 'INT', stage);
    assert.deepEqual(staged, [
      `${rowsAtOnce} to ${rowsAtOnce - 1}`,
      `${rowsAtOnce} to ${rowsAtOnce * 2 - 1}`,
    ]);
    assert.deepEqual([whole.staged, whole.rows], [rowsAtOnce * 2, [['7']]]);
    const computed = await read([...many, '(1 + 1)', ...many].join(), 'INT', stage);
    assert.deepEqual([computed.staged, computed.rows.length], [rowsAtOnce * 2, rowsAtOnce * 2 + 1]);
    assert.deepEqual(computed.pending, [{ row: 0, column: 0, expression: '1 + 1' }]);
    await assert.rejects(read([...many, '(1, 2)'].join(), 'INT', stage), /at row 4097/);
  });

  it('refuses a mark that no value was given for', async () => {
    for (const text of ['(?)', '(1 + ?)']) {
      await assert.rejects(read(text, 'INT'), { kind: 'syntax', message: /near '\?/ });
    }
  });
});

function read(
  text: string,
  name: string,
  stage: Parameters<typeof readValueRows>[2] = () => assert.fail('few rows are staged together'),
): ReturnType<typeof readValueRows> {
  const columns = [column('c', type(name, name === 'BIT' ? [8] : []))];
  return readValueRows(new TokenReader(tokenize(text), text), columns, stage);
}

describe('a computed value', () => {
  it('is staged as the column’s literal would have been', () => {
    assert.equal(stagedValue(null, column('c')), null);
    assert.equal(stagedValue('5', column('c')), '5');
    assert.deepEqual(stagedValue('a', column('c', type('BLOB'))), Buffer.from('a'));
    assert.equal(stagedValue(Buffer.from('é'), column('c', type('VARCHAR', [3]))), 'é');
  });
});
