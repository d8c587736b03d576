import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { integerColumn, textColumn } from '../../src/base/rows.ts';
import type { Table } from '../../src/dispatch/answer.ts';
import { likeRows, type ShowFilter } from '../../src/dispatch/row-filter.ts';
import { cpuMsOf } from '../support/cpu-time.ts';
import { World } from './world.ts';

const table: Table = {
  columns: [textColumn('Name'), integerColumn('Size'), textColumn('odd `name`')],
  rows: [
    ['alpha', 10, null],
    ["it's", 2, 'back\\slash'],
    ['Beta', 10, ''],
    [null, 7, 'x'],
  ],
};

const sizes = (kept: Table): readonly unknown[] => kept.rows.map((row) => row[1]);

describe('LIKE over the rows of a SHOW', () => {
  const cases: readonly (readonly [string | undefined, readonly number[]])[] = [
    [undefined, [10, 2, 10, 7]],
    ['%', [10, 2, 10, 7]],
    ['b%', [10]],
    ['ALPHA', [10]],
    ["_t's", [2]],
    ['none', []],
  ];
  for (const [pattern, expected] of cases) {
    it(`keeps what is like ${pattern ?? 'nothing in particular'}`, () =>
      assert.deepEqual(sizes(likeRows(table, 'Name', pattern)), expected));
  }
});

describe('the conditions of a SHOW', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  const filtered = (filter: ShowFilter): Promise<Table> =>
    world.services.filterRows(table, filter, new AbortController().signal);

  const cases: readonly (readonly [string, ShowFilter, readonly number[]])[] = [
    ['equality without case, as MySQL compares texts', { where: "name = 'BETA'" }, [10]],
    ['numbers as numbers', { where: 'Size > 7' }, [10, 10]],
    ['NULL is not equal to anything', { where: "Name <> 'x'" }, [10, 2, 10]],
    ['IS NULL', { where: 'Name IS NULL' }, [7]],
    ['names in backquotes', { where: "`odd ``name``` = 'back\\\\slash'" }, [2]],
    ['quotes in values', { where: "Name = 'it''s'" }, [2]],
    ['OR and functions', { where: "LENGTH(Name) = 4 OR Name LIKE 'al%'" }, [10, 2, 10]],
    ['order', { orderBy: 'Size DESC, Name' }, [10, 10, 7, 2]],
    ['order by number text', { orderBy: 'Size', limit: { offset: 1, count: 2 } }, [7, 10]],
    ['limit alone', { limit: { offset: 0, count: 1 } }, [10]],
    ['an offset beyond the end', { limit: { offset: 9, count: 1 } }, []],
    ['the same in words of its own', { where: "Size = '10' AND Name IN ('alpha', 'BETA')" }, [10, 10]],
    ['order by a number in words', { orderBy: 'Size + 0 DESC', limit: { offset: 0, count: 2 } }, [10, 10]],
    ['no row at all', { where: '1 = 0' }, []],
  ];
  for (const [name, filter, expected] of cases) {
    it(name, async () => {
      assert.deepEqual(sizes(await filtered(filter)), expected);
    });
  }

  it('gives back the rows as they were', async () => {
    const kept = await filtered({ where: 'Size = 2' });
    assert.deepEqual(kept, { columns: table.columns, rows: [table.rows[1]] });
  });

  it('know no other column', async () => {
    await assert.rejects(filtered({ where: 'Colour = 1' }), { kind: 'unknown_column' });
  });

  it('hold no query', async () => {
    const wheres = [
      'Size IN (SELECT 1)',
      '1) UNION SELECT 1 FROM (SELECT 1',
      'EXISTS (TABLE x)',
      '(VALUES ROW(1)) = 1',
    ];
    for (const where of wheres) await assert.rejects(filtered({ where }), { kind: 'not_supported' });
  });

  it('may use FROM where it is part of a function', async () => {
    assert.deepEqual(sizes(await filtered({ where: "TRIM(LEADING 'a' FROM Name) = 'lpha'" })), [10]);
  });

  it('are evaluated over many rows in a moment', async () => {
    const many = { ...table, rows: Array.from({ length: 50_000 }, (_, index) => [`n${index}`, index, null]) };
    const filter = { where: "Name = 'N77'" };
    const tookMs = await cpuMsOf(async () => {
      const kept = await world.services.filterRows(many, filter, new AbortController().signal);
      assert.deepEqual(sizes(kept), [77]);
    });
    assert.ok(tookMs < 3_000, `${tookMs} ms`);
  });
});
