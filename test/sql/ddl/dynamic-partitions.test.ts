import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TableDefinition } from '../../../src/sql/ddl/definition.ts';
import { dynamicChange, dynamicSchedule } from '../../../src/sql/ddl/dynamic-partitions.ts';
import { parseDdl } from '../../../src/sql/ddl/parse.ts';
import { tokenize } from '../../../src/sql/lexer.ts';

function table(properties: Readonly<Record<string, string>>, column = 'd DATE', list = ''): TableDefinition {
  const pairs = Object.entries(properties).map(([key, value]) => `"dynamic_partition.${key}" = "${value}"`);
  const sql =
    `CREATE TABLE t (${column}) PARTITION BY RANGE (d) (${list}) DISTRIBUTED BY RANDOM ` +
    `PROPERTIES (${pairs.join(', ')})`;
  const statement = parseDdl(tokenize(sql), sql);
  assert.ok(statement.kind === 'create_table');
  return statement.definition;
}

const basic = { time_unit: 'DAY', start: '-2', end: '1', prefix: 'p', time_zone: 'UTC' };
/** A Wednesday. */
const now = Date.UTC(2024, 1, 28, 23, 30);

/** Properties, and the partitions made: name, lower and upper end. */
const cases: readonly (readonly [Readonly<Record<string, string>>, string, readonly string[]])[] = [
  [basic, 'd DATE', ["p20240228 '2024-02-28' '2024-02-29'", "p20240229 '2024-02-29' '2024-03-01'"]],
  [
    { ...basic, time_zone: 'Asia/Shanghai' },
    'd DATE',
    ["p20240229 '2024-02-29' '2024-03-01'", "p20240301 '2024-03-01' '2024-03-02'"],
  ],
  [
    { ...basic, time_unit: 'HOUR' },
    'd DATETIME',
    [
      "p2024022823 '2024-02-28 23:00:00' '2024-02-29 00:00:00'",
      "p2024022900 '2024-02-29 00:00:00' '2024-02-29 01:00:00'",
    ],
  ],
  [
    { ...basic, time_unit: 'WEEK', start_day_of_week: '3' },
    'd DATE',
    ["p2024_09 '2024-02-28' '2024-03-06'", "p2024_10 '2024-03-06' '2024-03-13'"],
  ],
  [
    { ...basic, time_unit: 'MONTH', start_day_of_month: '5' },
    'd DATE',
    ["p202402 '2024-02-05' '2024-03-05'", "p202403 '2024-03-05' '2024-04-05'"],
  ],
  [
    { ...basic, time_unit: 'YEAR' },
    'd DATE',
    ["p2024 '2024-01-01' '2025-01-01'", "p2025 '2025-01-01' '2026-01-01'"],
  ],
  [
    { ...basic, history_partition_num: '5' },
    'd INT',
    [
      'p20240226 20240226 20240227',
      'p20240227 20240227 20240228',
      'p20240228 20240228 20240229',
      'p20240229 20240229 20240301',
    ],
  ],
];

describe('dynamic partitions', () => {
  for (const [properties, column, expected] of cases) {
    it(`by ${properties['time_unit']} of ${column} are made ahead`, () => {
      const definition = table(properties, column);
      const schedule = dynamicSchedule(definition);
      assert.ok(schedule);
      const { add, drop } = dynamicChange(definition, schedule, now);
      assert.deepEqual(
        add.map(({ name, bounds }) => {
          assert.ok(bounds.kind === 'fixed');
          const ends = [...bounds.lower, ...bounds.upper];
          return [name, ...ends.map((value) => (value.kind === 'literal' ? value.text : ''))].join(' ');
        }),
        expected,
      );
      assert.deepEqual(drop, []);
    });
  }

  it('are dropped when their time is over, and not made where there is one', () => {
    const list =
      'PARTITION old VALUES LESS THAN ("2024-02-25"), PARTITION edge VALUES LESS THAN ("2024-02-26"), ' +
      'PARTITION kept VALUES LESS THAN ("2024-02-27"), PARTITION today VALUES [("2024-02-28"), ("2024-02-29"))';
    const definition = table(basic, 'd DATE', list);
    const schedule = dynamicSchedule(definition);
    assert.ok(schedule);
    const { add, drop } = dynamicChange(definition, schedule, now);
    assert.deepEqual(drop, ['old', 'edge']);
    assert.deepEqual(
      add.map(({ name }) => name),
      ['p20240229'],
    );
  });

  const refusals: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ ...basic, time_unit: 'FORTNIGHT' }, /Unsupported time unit FORTNIGHT/],
    [{ time_unit: 'DAY', prefix: 'p' }, /Must assign dynamic_partition.end properties/],
    [{ time_unit: 'DAY', end: '3' }, /Must assign dynamic_partition.prefix properties/],
    [{ ...basic, start: '1' }, /start must less than 0/],
    [{ ...basic, end: '0' }, /end must greater than 0/],
    [{ ...basic, end: 'x' }, /Invalid dynamic partition end: x/],
    [{ ...basic, prefix: '1p' }, /Invalid dynamic partition prefix: 1p/],
    [{ ...basic, time_zone: 'Mars/Base' }, /time zone/],
    [{ ...basic, enable: 'maybe' }, /Invalid dynamic partition enable: maybe/],
    [{ ...basic, start_day_of_week: '8' }, /between 1 and 7/],
  ];
  for (const [properties, expected] of refusals) {
    it(`refuse ${JSON.stringify(properties)}`, () => {
      assert.throws(() => dynamicSchedule(table(properties)), expected);
    });
  }
});
