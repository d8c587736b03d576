import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printTable } from '../../src/demo/table.ts';

describe('a printed table', () => {
  const cases: readonly (readonly [
    name: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    lines: readonly string[],
  ])[] = [
    ['without rows', ['a', 'bc'], [], ['+---+----+', '| a | bc |', '+---+----+']],
    [
      'as wide as its values',
      ['a'],
      [['xyz'], [7], [null], [undefined], [8n], [true]],
      [
        '+------+',
        '| a    |',
        '+------+',
        '| xyz  |',
        '| 7    |',
        '| NULL |',
        '| NULL |',
        '| 8    |',
        '| true |',
        '+------+',
      ],
    ],
    [
      'with bytes in hex',
      ['a'],
      [[Uint8Array.of(0, 255)]],
      ['+--------+', '| a      |', '+--------+', '| 0x00ff |', '+--------+'],
    ],
    ['of one line for each row', ['a'], [['x\ny']], ['+-----+', '| a   |', '+-----+', '| x y |', '+-----+']],
  ];
  for (const [name, columns, rows, lines] of cases) {
    it(`is ${name}`, () => assert.deepEqual(printTable(columns, rows).split('\n'), lines));
  }

  it('cuts what is too wide, and says so with an ellipsis', () => {
    const lines = printTable(['a', 'b'], [['123456', '12345']], 5).split('\n');
    assert.equal(lines[3], '| 1234… | 12345 |');
    assert.ok(lines.every((line) => line.length === lines[0]?.length));
  });
});
