import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, tableOf } from '../support.ts';

const columns = 'a INT NOT NULL, b INT, s VARCHAR(20), x TEXT, g GEOMETRY NOT NULL';

function keysOf(constraints: string): readonly (readonly [string, string, string])[] {
  const table = tableOf(`CREATE TABLE t (${columns}, ${constraints})`);
  return [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.keys].map((key) => [
    key.kind,
    key.name,
    key.parts.map((part) => part.expression?.text ?? part.column + (part.prefixLength ?? '')).join(),
  ]);
}

describe('REFERENCES beside a column', () => {
  it('is a foreign key of it, in the order of the others', () => {
    const { foreignKeys } = tableOf(
      'CREATE TABLE t (a INT REFERENCES p (id) ON DELETE CASCADE NOT NULL, FOREIGN KEY (b) REFERENCES q (x), b INT REFERENCES d.r)',
    );
    assert.deepEqual(foreignKeys, [
      {
        name: 't_ibfk_1',
        columns: ['a'],
        referencedTable: 'p',
        referencedColumns: ['id'],
        onDelete: 'CASCADE',
      },
      { name: 't_ibfk_2', columns: ['b'], referencedTable: 'q', referencedColumns: ['x'] },
      {
        name: 't_ibfk_3',
        columns: ['b'],
        referencedDatabase: 'd',
        referencedTable: 'r',
        referencedColumns: [],
      },
    ]);
  });
});

describe('parseConstraint', () => {
  it('reads every kind of key, in the order in which MySQL keeps them', () => {
    assert.deepEqual(
      keysOf(
        'FULLTEXT KEY f (s, x), KEY (b, a DESC), SPATIAL INDEX g (g), UNIQUE u1 (b), CONSTRAINT u2 UNIQUE KEY (a), ' +
          'INDEX e ((a + b), x(5)), CONSTRAINT ignored PRIMARY KEY USING BTREE (a)',
      ),
      [
        ['PRIMARY', 'PRIMARY', 'a'],
        ['UNIQUE', 'u2', 'a'],
        ['UNIQUE', 'u1', 'b'],
        ['INDEX', 'b', 'b,a'],
        ['SPATIAL', 'g', 'g'],
        ['INDEX', 'e', 'a + b,x5'],
        ['FULLTEXT', 'f', 's,x'],
      ],
    );
  });

  it('names keys as MySQL does where the text names none', () => {
    assert.deepEqual(
      keysOf('KEY (a), UNIQUE (a, b), KEY a_2 (b), KEY ((a + b)), KEY ((a - b))').map(([, name]) => name),
      ['a_3', 'a', 'a_2', 'functional_index', 'functional_index_2'],
    );
  });

  it('reads what may stand after a key', () => {
    const [key] = tableOf(
      `CREATE TABLE t (${columns}, FULLTEXT f (s) WITH PARSER ngram KEY_BLOCK_SIZE=8 INVISIBLE COMMENT 'c')`,
    ).keys;
    assert.deepEqual(key?.other, [
      ['WITH PARSER', 'ngram'],
      ['KEY_BLOCK_SIZE', '8'],
      ['INVISIBLE', ''],
    ]);
    assert.equal(key?.comment, 'c');
  });

  it('reads StarRocks’ indexes', () => {
    const keys = tableOf(
      `CREATE TABLE t (${columns}, INDEX b (b) USING BITMAP COMMENT "c", INDEX g (s) USING GIN ("parser" = "english"), ` +
        'INDEX n (s) USING NGRAMBF ("gram_num" = "4")) DUPLICATE KEY (a)',
    ).keys;
    assert.deepEqual(
      keys.map((key) => [key.kind, key.method, key.properties]),
      [
        ['BITMAP', 'BITMAP', undefined],
        ['GIN', 'GIN', [['parser', 'english']]],
        ['NGRAMBF', 'NGRAMBF', [['gram_num', '4']]],
      ],
    );
  });

  it('reads foreign keys and names those without a name', () => {
    const { foreignKeys } = tableOf(
      `CREATE TABLE t (${columns}, FOREIGN KEY (a) REFERENCES o (i) ON UPDATE CASCADE ON DELETE SET NULL, ` +
        'CONSTRAINT fk FOREIGN KEY idx (a, b) REFERENCES d.o (i, j) ON DELETE NO ACTION, FOREIGN KEY (b) REFERENCES o (j))',
    );
    assert.deepEqual(foreignKeys, [
      {
        name: 't_ibfk_1',
        columns: ['a'],
        referencedTable: 'o',
        referencedColumns: ['i'],
        onUpdate: 'CASCADE',
        onDelete: 'SET NULL',
      },
      {
        name: 'fk',
        columns: ['a', 'b'],
        referencedDatabase: 'd',
        referencedTable: 'o',
        referencedColumns: ['i', 'j'],
      },
      { name: 't_ibfk_2', columns: ['b'], referencedTable: 'o', referencedColumns: ['j'] },
    ]);
  });

  it('reads checks of columns and of the table', () => {
    const { checks } = tableOf(
      'CREATE TABLE t (a INT CHECK (a > 0) NOT ENFORCED, b INT CONSTRAINT positive CHECK (b > 0), CHECK ((a < b)))',
    );
    assert.deepEqual(checks, [
      { name: 't_chk_1', expression: { text: 'a > 0' }, enforced: false },
      { name: 'positive', expression: { text: 'b > 0' }, enforced: true },
      { name: 't_chk_2', expression: { text: '(a < b)' }, enforced: true },
    ]);
  });

  it('refuses keys that are cut short', () => {
    for (const text of [
      'KEY',
      'KEY k',
      'KEY k ()',
      'PRIMARY (a)',
      'FOREIGN KEY (a)',
      'CHECK a > 0',
      'CONSTRAINT c',
    ]) {
      failsWith(`CREATE TABLE t (${columns}, ${text})`, 'syntax');
    }
  });
});
