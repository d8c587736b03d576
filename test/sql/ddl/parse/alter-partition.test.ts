import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlterAction } from '../../../../src/sql/ddl/statement.ts';
import { actionsOf, failsWith } from '../support.ts';

const p = (name: string, text: string) => ({
  name,
  bounds: { kind: 'less_than', values: [{ kind: 'literal', text }] } as const,
  properties: [],
});

const actions: readonly (readonly [text: string, expected: AlterAction])[] = [
  [
    'ADD PARTITION (PARTITION a VALUES LESS THAN (1), PARTITION b VALUES LESS THAN (2))',
    { kind: 'add_partitions', partitions: [p('a', '1'), p('b', '2')], ifNotExists: false, temporary: false },
  ],
  [
    'ADD PARTITION IF NOT EXISTS a VALUES LESS THAN ("2024-01-01") DISTRIBUTED BY HASH (k) BUCKETS 3',
    { kind: 'add_partitions', partitions: [p('a', "'2024-01-01'")], ifNotExists: true, temporary: false },
  ],
  ['ADD PARTITION PARTITIONS 3', { kind: 'add_hash_partitions', count: 3 }],
  ['COALESCE PARTITION 2', { kind: 'coalesce_partitions', count: 2 }],
  ['DROP PARTITION a, b', { kind: 'drop_partitions', names: ['a', 'b'], ifExists: false, temporary: false }],
  [
    'DROP PARTITION IF EXISTS a FORCE',
    { kind: 'drop_partitions', names: ['a'], ifExists: true, temporary: false },
  ],
  [
    'ADD TEMPORARY PARTITION a VALUES LESS THAN (1)',
    { kind: 'add_partitions', partitions: [p('a', '1')], ifNotExists: false, temporary: true },
  ],
  ['DROP TEMPORARY PARTITION a', { kind: 'drop_partitions', names: ['a'], ifExists: false, temporary: true }],
  [
    'DROP PARTITIONS IF EXISTS START ("2024-01-01") END ("2024-01-03") EVERY (INTERVAL 1 DAY) FORCE',
    { kind: 'drop_partitions', names: ['p20240101', 'p20240102'], ifExists: true, temporary: false },
  ],
  [
    'REPLACE PARTITION (a, b) WITH TEMPORARY PARTITION (t) PROPERTIES ("strict_range" = "false")',
    {
      kind: 'replace_partitions',
      names: ['a', 'b'],
      temporaryNames: ['t'],
      strictRange: false,
      keepTemporaryNames: false,
    },
  ],
  ['TRUNCATE PARTITION ALL', { kind: 'truncate_partitions' }],
  ['TRUNCATE PARTITION a', { kind: 'truncate_partitions', names: ['a'] }],
  ['RENAME PARTITION a b', { kind: 'rename_partition', from: 'a', to: 'b' }],
  [
    'REORGANIZE PARTITION a, b INTO (PARTITION c VALUES LESS THAN (9))',
    { kind: 'reorganize_partitions', names: ['a', 'b'], into: [p('c', '9')] },
  ],
  [
    'EXCHANGE PARTITION a WITH TABLE d.u WITHOUT VALIDATION',
    { kind: 'exchange_partition', name: 'a', table: { database: 'd', name: 'u' }, validate: false },
  ],
  ['REMOVE PARTITIONING', { kind: 'remove_partitioning' }],
  ['OPTIMIZE PARTITION a', { kind: 'maintain_partitions', operation: 'OPTIMIZE', names: ['a'] }],
  [
    'MODIFY PARTITION (*) SET ("replication_num" = "1")',
    { kind: 'modify_partitions', properties: [['replication_num', '1']] },
  ],
  [
    'MODIFY PARTITION (a, b) SET ("x" = "y")',
    { kind: 'modify_partitions', names: ['a', 'b'], properties: [['x', 'y']] },
  ],
];

describe('parsePartitionAction', () => {
  for (const [text, expected] of actions) {
    it(`reads ${text}`, () => assert.deepEqual(actionsOf(text), [expected]));
  }

  it('expands StarRocks’ ADD PARTITIONS START … END … EVERY', () => {
    const [action] = actionsOf(
      'ADD PARTITIONS START ("2024-01-01") END ("2024-03-01") EVERY (INTERVAL 1 MONTH)',
    );
    assert.ok(action?.kind === 'add_partitions');
    assert.deepEqual(
      action.partitions.map(({ name }) => name),
      ['p202401', 'p202402'],
    );
  });

  it('tells the next action from the next name', () => {
    assert.deepEqual(
      actionsOf('DROP PARTITION a, b, DROP COLUMN c').map(({ kind }) => kind),
      ['drop_partitions', 'drop_column'],
    );
  });

  it('lets PARTITION BY follow other actions without a comma', () => {
    assert.deepEqual(
      actionsOf('ADD COLUMN c INT PARTITION BY HASH (c) PARTITIONS 2').map(({ kind }) => kind),
      ['add_column', 'partition_by'],
    );
  });

  it('refuses actions that are cut short', () => {
    for (const text of [
      'ADD PARTITION',
      'DROP PARTITION',
      'REORGANIZE PARTITION a',
      'EXCHANGE PARTITION a',
      'COALESCE PARTITION',
    ]) {
      failsWith(`ALTER TABLE t ${text}`, 'syntax');
    }
  });
});
