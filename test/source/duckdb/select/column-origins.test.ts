import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../../src/sql/lexer.ts';
import type { StoredObject } from '../../../../src/source/duckdb/dictionary/stored-object.ts';
import { fractionDigits, originsOf } from '../../../../src/source/duckdb/select/column-origins.ts';
import { readsFractions } from '../../../../src/source/duckdb/select/fractions.ts';
import { EngineFixture } from '../engine-fixture.ts';
import { column, table, type } from '../definitions.ts';

const stored: StoredObject = {
  kind: 'TABLE',
  database: 'shop',
  name: 't',
  createdAt: 0,
  updatedAt: 0,
  definition: table('t', [column('a', type('DATETIME')), column('b', type('DATETIME', [3]))]),
};

describe('the origin of a result column', () => {
  /** Statement, column, and whether the column's origin may be told. */
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['SELECT a, b FROM t', 'a', true],
    ['SELECT * FROM t WHERE a IN (1)', 'a', true],
    ['SELECT t.a FROM t ORDER BY a', 'a', true],
    ['SELECT b AS a FROM t', 'a', false],
    ['SELECT b a FROM t', 'a', false],
    ['SELECT MAX(b) a FROM t', 'a', false],
    ["SELECT b 'a' FROM t", 'a', false],
    ['SELECT a FROM t UNION SELECT b FROM t', 'a', false],
    ['SELECT a FROM (SELECT b AS a FROM t) x', 'a', false],
    ['WITH c(a) AS (SELECT b FROM t) SELECT a FROM c', 'a', false],
    ['SELECT NOW()', 'NOW()', false],
  ];
  for (const [statement, name, isKnown] of cases) {
    it(`${isKnown ? 'is known' : 'is not told'} for ${name} of ${statement}`, () => {
      assert.equal(originsOf([stored], tokenize(statement))(name) !== undefined, isKnown);
    });
  }

  it('is not told when two tables have the name', () => {
    assert.equal(
      originsOf([stored, { ...stored, name: 'u' }], tokenize('SELECT a FROM t, u'))('a'),
      undefined,
    );
  });

  it('gives the declared digits of seconds', () => {
    const origins = originsOf([stored], tokenize('SELECT a, b FROM t'));
    assert.deepEqual([fractionDigits(origins('a')), fractionDigits(origins('b'))], [0, 3]);
  });

  it('reaches the client as type, length and flags', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, f TINYINT(1), v VARCHAR(20) NOT NULL, c CHAR(2), x TEXT, ' +
        "y YEAR, s SET('a'), e ENUM('a'), n VARBINARY(5), ts TIMESTAMP NULL, " +
        'b BIT(12), d DECIMAL(10,0), u DECIMAL(5,2) UNSIGNED, lt LONGTEXT, UNIQUE (v), KEY (c))',
    );
    const answer = await fixture.run('SELECT * FROM t');
    assert.ok(answer.kind === 'rows');
    for await (const _ of answer.result.batches);
    const flags = ['primaryKey', 'uniqueKey', 'multipleKey', 'autoIncrement', 'set', 'enumeration'] as const;
    assert.deepEqual(
      answer.result.columns.map((each) =>
        [
          each.name,
          each.type,
          each.lengthBytes,
          each.nullable,
          ...flags.filter((flag) => each[flag] === true),
        ].join(' '),
      ),
      [
        'id LONG 11 false primaryKey autoIncrement',
        'f TINY 1 true',
        'v VAR_STRING 80 false uniqueKey multipleKey',
        'c STRING 8 true multipleKey',
        'x BLOB 262140 true',
        'y YEAR 4 true',
        's STRING 262140 true set',
        'e STRING 4 true enumeration',
        'n VAR_STRING 5 true',
        'ts TIMESTAMP 19 true',
        'b BIT 12 true',
        'd NEWDECIMAL 11 true',
        'u NEWDECIMAL 6 true',
        'lt BLOB 4294967295 true',
      ],
    );
  });
});

describe('fractions of seconds', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['SELECT NOW()', false],
    ['SELECT NOW(6)', true],
    ["SELECT CAST('2024-01-01 00:00:00.5' AS DATETIME)", true],
    ['SELECT d + INTERVAL 1 MICROSECOND FROM t', true],
    ['SELECT CAST(d AS DATETIME(3)) FROM t', true],
    ["SELECT '10.5'", false],
  ];
  for (const [statement, expected] of cases) {
    it(`${expected ? 'may come from' : 'do not come from'} ${statement}`, () => {
      assert.equal(readsFractions([], tokenize(statement)), expected);
    });
  }

  it('come from columns that keep them', () => {
    assert.equal(readsFractions([stored], []), true);
  });
});
