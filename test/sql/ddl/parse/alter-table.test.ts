import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlterAction } from '../../../../src/sql/ddl/statement.ts';
import { actionsOf, failsWith, parseAs } from '../support.ts';

/** The kinds of the actions with their most telling part. */
function brief(text: string): readonly string[] {
  return actionsOf(text).map((action) => {
    const { kind, ...rest } = action;
    const column =
      'column' in rest && typeof rest.column === 'object' ? { ...rest, column: rest.column.name } : rest;
    return `${kind} ${JSON.stringify(column)}`;
  });
}

const actions: readonly (readonly [text: string, expected: readonly AlterAction[]])[] = [
  ['DROP COLUMN a', [{ kind: 'drop_column', column: 'a', ifExists: false }]],
  [
    'DROP a, DROP IF EXISTS b',
    [
      { kind: 'drop_column', column: 'a', ifExists: false },
      { kind: 'drop_column', column: 'b', ifExists: true },
    ],
  ],
  ['RENAME COLUMN a TO b', [{ kind: 'rename_column', from: 'a', to: 'b' }]],
  ['RENAME INDEX a TO b', [{ kind: 'rename_key', from: 'a', to: 'b' }]],
  ['RENAME d.b', [{ kind: 'rename_table', to: { database: 'd', name: 'b' } }]],
  ['RENAME TO b', [{ kind: 'rename_table', to: { name: 'b' } }]],
  [
    'ALTER a SET DEFAULT 5, ALTER COLUMN b DROP DEFAULT',
    [
      { kind: 'set_default', column: 'a', default: { text: "'5'" } },
      { kind: 'drop_default', column: 'b' },
    ],
  ],
  ['ALTER COLUMN a SET INVISIBLE', [{ kind: 'set_column_visibility', column: 'a', visible: false }]],
  ['ALTER INDEX i VISIBLE', [{ kind: 'set_key_visibility', name: 'i', visible: true }]],
  ['ALTER CHECK c NOT ENFORCED', [{ kind: 'enforce_check', name: 'c', enforced: false }]],
  [
    'ADD KEY k (a)',
    [
      {
        kind: 'add_key',
        key: { kind: 'INDEX', name: 'k', parts: [{ column: 'a', descending: false }] },
        ifNotExists: false,
      },
    ],
  ],
  [
    'ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o (i)',
    [
      {
        kind: 'add_foreign_key',
        foreignKey: { name: 'fk', columns: ['a'], referencedTable: 'o', referencedColumns: ['i'] },
      },
    ],
  ],
  [
    'ADD CONSTRAINT CHECK (a > 1)',
    [{ kind: 'add_check', check: { name: '', expression: { text: 'a > 1' }, enforced: true } }],
  ],
  ['DROP KEY k', [{ kind: 'drop_key', name: 'k', ifExists: false }]],
  ['DROP PRIMARY KEY', [{ kind: 'drop_primary_key' }]],
  ['DROP FOREIGN KEY fk', [{ kind: 'drop_foreign_key', name: 'fk', ifExists: false }]],
  ['DROP CONSTRAINT c', [{ kind: 'drop_constraint', name: 'c', ifExists: false }]],
  ['DROP CHECK c', [{ kind: 'drop_check', name: 'c' }]],
  [
    "ENGINE=InnoDB COMMENT 'x', AUTO_INCREMENT=7",
    [
      { kind: 'set_options', options: { engine: 'InnoDB', comment: 'x', other: [] } },
      { kind: 'set_options', options: { autoIncrement: 7n, other: [] } },
    ],
  ],
  [
    'CONVERT TO CHARACTER SET utf8 COLLATE utf8_bin',
    [{ kind: 'convert_character_set', characterSet: 'utf8mb3', collation: 'utf8mb3_bin' }],
  ],
  ['DISABLE KEYS', [{ kind: 'toggle_keys', enabled: false }]],
  [
    'FORCE, ALGORITHM=COPY, LOCK = NONE',
    [
      { kind: 'no_effect', text: 'FORCE' },
      { kind: 'no_effect', text: 'ALGORITHM=COPY' },
      { kind: 'no_effect', text: 'LOCK = NONE' },
    ],
  ],
  ['ORDER BY a DESC, b', [{ kind: 'order_rows', columns: ['a', 'b'] }]],
  ['ORDER BY (a, b)', [{ kind: 'sort_key', columns: ['a', 'b'] }]],
  ['SET ("replication_num" = "3")', [{ kind: 'set_properties', properties: [['replication_num', '3']] }]],
  ['SWAP WITH u', [{ kind: 'swap_with', table: 'u' }]],
  [
    'DISTRIBUTED BY HASH (a) BUCKETS 8',
    [{ kind: 'distributed_by', distribution: { kind: 'HASH', columns: ['a'], buckets: 8 } }],
  ],
];

describe('parseAlterTable', () => {
  for (const [text, expected] of actions) {
    it(`reads ${text}`, () => assert.deepEqual(actionsOf(text), expected));
  }

  it('reads columns with their places, and their keys as actions of their own', () => {
    assert.deepEqual(brief('ADD COLUMN a INT UNIQUE CHECK (a > 0) AFTER b, ADD c INT FIRST'), [
      'add_column {"ifNotExists":false,"column":"a","position":{"kind":"after","column":"b"}}',
      'add_key {"key":{"kind":"UNIQUE","name":"","parts":[{"column":"a","descending":false}]},"ifNotExists":false}',
      'add_check {"check":{"name":"","expression":{"text":"a > 0"},"enforced":true}}',
      'add_column {"ifNotExists":false,"column":"c","position":{"kind":"first"}}',
    ]);
    assert.deepEqual(brief('ADD (a INT, b INT, KEY (b))'), [
      'add_column {"ifNotExists":false,"column":"a"}',
      'add_column {"ifNotExists":false,"column":"b"}',
      'add_key {"key":{"kind":"INDEX","name":"","parts":[{"column":"b","descending":false}]},"ifNotExists":false}',
    ]);
    assert.deepEqual(brief('MODIFY a BIGINT NOT NULL AFTER b, CHANGE COLUMN b c INT PRIMARY KEY'), [
      'modify_column {"column":"a","position":{"kind":"after","column":"b"}}',
      'change_column {"from":"b","column":"c"}',
      'add_key {"key":{"kind":"PRIMARY","name":"PRIMARY","parts":[{"column":"c","descending":false}]},"ifNotExists":false}',
    ]);
  });

  it('marks KEY after a type, whose meaning the table decides', () => {
    const [action] = actionsOf('ADD COLUMN k INT KEY');
    assert.ok(action?.kind === 'add_column' && action.column.isKey);
  });

  it('reads a table without actions, and names with a database', () => {
    assert.deepEqual(parseAs('ALTER TABLE d.t', 'alter_table'), {
      kind: 'alter_table',
      table: { database: 'd', name: 't' },
      actions: [],
    });
  });

  it('names what it cannot do yet', () => {
    for (const text of ['ADD ROLLUP r (a, b)', 'COMPACT']) {
      failsWith(`ALTER TABLE t ${text}`, 'not_supported');
    }
    assert.equal(actionsOf('ADD rollup VARCHAR(5)')[0]?.kind, 'add_column');
  });

  it('refuses actions that are cut short', () => {
    for (const text of [
      'ADD',
      'DROP',
      'MODIFY a',
      'CHANGE a b',
      'RENAME COLUMN a b',
      'ALTER a SET',
      'DROP a,',
      'WRONG',
      'ADD a INT ADD b INT',
    ]) {
      failsWith(`ALTER TABLE t ${text}`, 'syntax');
    }
  });
});
