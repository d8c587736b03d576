import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printTable } from '../../src/demo/table.ts';

describe('a printed table', () => {
  it('has the frame of the mysql command line', () => {
    const lines = [
      '+----+------+',
      '| id | name |',
      '+----+------+',
      '| 1  | NULL |',
      '| 22 | 0x00 |',
      '+----+------+',
    ];
    const rows = [
      [1, null],
      ['22', Buffer.of(0)],
    ];
    assert.equal(printTable(['id', 'name'], rows), lines.join('\n'));
  });

  it('has a head also without rows', () => {
    assert.equal(printTable(['id'], []), '+----+\n| id |\n+----+');
  });

  it('cuts what is too wide, and lines within a value', () => {
    const text = printTable(['v'], [['abcdefgh'], ['a\nb']], 5);
    assert.equal(text, '+-------+\n| v     |\n+-------+\n| abcd… |\n| a b   |\n+-------+');
  });
});
