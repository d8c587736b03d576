import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { TableDefinition } from '../../../src/sql/ddl/definition.ts';
import { parseDdl } from '../../../src/sql/ddl/parse.ts';
import { printCreateTable } from '../../../src/sql/ddl/print.ts';
import { withDefaults } from '../../../src/sql/ddl/settle.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import { mysqlTable, starRocksTable } from './random-definition.ts';
import { tableOf } from './support.ts';

function shown(sql: string): string {
  return printCreateTable(withDefaults(tableOf(sql)));
}

function reread(definition: TableDefinition): TableDefinition {
  const sql = printCreateTable(definition);
  const statement = parseDdl(tokenize(sql), sql, { isChecked: false });
  assert.ok(statement.kind === 'create_table');
  return statement.definition;
}

describe('printCreateTable', () => {
  it('has the layout of MySQL 8’s SHOW CREATE TABLE', () => {
    assert.equal(
      shown(
        "CREATE TABLE film (id smallint unsigned not null auto_increment, title VARCHAR(80) NOT NULL COMMENT 'it''s', " +
          'rate DECIMAL(4,2) DEFAULT 4.9, note TEXT, doc JSON, active BOOL NOT NULL DEFAULT TRUE, ' +
          "kind ENUM('a','b') CHARACTER SET latin1 DEFAULT 'a', seen TIMESTAMP NULL, " +
          'changed TIMESTAMP(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3), twice INT AS (id * 2) VIRTUAL, ' +
          'hidden INT INVISIBLE, PRIMARY KEY (id), KEY (title(10), rate DESC) COMMENT "k", UNIQUE u (active, title), ' +
          'FULLTEXT f (title), CHECK (rate > 0), CONSTRAINT l FOREIGN KEY (id, active) REFERENCES o (a, b) ON DELETE CASCADE) ' +
          'AUTO_INCREMENT=7',
      ),
      [
        'CREATE TABLE `film` (',
        '  `id` smallint unsigned NOT NULL AUTO_INCREMENT,',
        "  `title` varchar(80) NOT NULL COMMENT 'it''s',",
        "  `rate` decimal(4,2) DEFAULT '4.90',",
        '  `note` text,',
        '  `doc` json DEFAULT NULL,',
        "  `active` tinyint(1) NOT NULL DEFAULT '1',",
        "  `kind` enum('a','b') CHARACTER SET latin1 DEFAULT 'a',",
        '  `seen` timestamp NULL DEFAULT NULL,',
        '  `changed` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),',
        '  `twice` int GENERATED ALWAYS AS (id * 2) VIRTUAL,',
        '  `hidden` int /*!80023 INVISIBLE */ DEFAULT NULL,',
        '  PRIMARY KEY (`id`),',
        '  UNIQUE KEY `u` (`active`,`title`),',
        "  KEY `title` (`title`(10),`rate` DESC) COMMENT 'k',",
        '  FULLTEXT KEY `f` (`title`),',
        '  CONSTRAINT `l` FOREIGN KEY (`id`, `active`) REFERENCES `o` (`a`, `b`) ON DELETE CASCADE,',
        '  CONSTRAINT `film_chk_1` CHECK (rate > 0)',
        ') ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci',
      ].join('\n'),
    );
  });

  const partitioned: readonly (readonly [written: string, expected: string])[] = [
    [
      'PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION `p 1` VALUES LESS THAN MAXVALUE)',
      '/*!50100 PARTITION BY RANGE (`id`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,\n PARTITION `p 1` VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */',
    ],
    [
      "PARTITION BY RANGE COLUMNS (id, d) (PARTITION p VALUES LESS THAN (1, '2024-01-01') COMMENT 'c')",
      "/*!50500 PARTITION BY RANGE  COLUMNS(id,d)\n(PARTITION p VALUES LESS THAN (1,'2024-01-01') COMMENT = 'c' ENGINE = InnoDB) */",
    ],
    [
      'PARTITION BY LIST (id) (PARTITION p VALUES IN (1,2,NULL))',
      '/*!50100 PARTITION BY LIST (`id`)\n(PARTITION p VALUES IN (1,2,NULL) ENGINE = InnoDB) */',
    ],
    ['PARTITION BY HASH (id) PARTITIONS 4', '/*!50100 PARTITION BY HASH (id)\nPARTITIONS 4 */'],
    ['PARTITION BY KEY (id)', '/*!50100 PARTITION BY KEY (id) */'],
  ];
  for (const [written, expected] of partitioned) {
    it(`writes ${written} in an executed comment`, () => {
      const text = shown(`CREATE TABLE t (id INT, d DATE) ${written}`);
      assert.equal(text.slice(text.indexOf('\n/*!') + 1), expected);
    });
  }

  it('writes a table in StarRocks’ SQL as StarRocks does', () => {
    const text = printCreateTable(
      tableOf(
        'CREATE TABLE s (d DATE NOT NULL, k INT KEY, v BIGINT SUM DEFAULT "0", INDEX b (k) USING BITMAP COMMENT "x") ' +
          'ENGINE=OLAP COMMENT "c" AGGREGATE KEY (d, k) PARTITION BY RANGE (d) ' +
          '(PARTITION p1 VALUES LESS THAN ("2024-01-01"), PARTITION p2 VALUES [("2024-01-01"), (MAXVALUE)) ("a" = "b")) ' +
          'DISTRIBUTED BY HASH (k) BUCKETS 4 ORDER BY (d) PROPERTIES ("replication_num" = "1", "colocate_with" = "a\\"b")',
      ),
    );
    assert.equal(
      text,
      [
        'CREATE TABLE `s` (',
        '  `d` date NOT NULL COMMENT "",',
        '  `k` int(11) KEY NULL COMMENT "",',
        '  `v` bigint(20) SUM NULL DEFAULT "0" COMMENT "",',
        "  INDEX `b` (`k`) USING BITMAP COMMENT 'x'",
        ') ENGINE=OLAP',
        'AGGREGATE KEY(`d`, `k`)',
        'COMMENT "c"',
        'PARTITION BY RANGE(`d`)',
        '(PARTITION p1 VALUES LESS THAN ("2024-01-01"),',
        'PARTITION p2 VALUES [("2024-01-01"), (MAXVALUE)) ("a" = "b"))',
        'DISTRIBUTED BY HASH(`k`) BUCKETS 4',
        'ORDER BY(`d`)',
        'PROPERTIES (',
        '"replication_num" = "1",',
        '"colocate_with" = "a\\"b"',
        ')',
      ].join('\n'),
    );
  });

  it('names the database when told to', () => {
    assert.match(
      printCreateTable(tableOf('CREATE TABLE t (a INT)'), { database: 'd`' }),
      /^CREATE TABLE `d```\.`t` \(/,
    );
  });

  it('reads back as the same definition: tables in MySQL’s SQL', () => {
    fc.assert(
      fc.property(mysqlTable, (table) => assert.deepEqual(reread(table), table)),
      { numRuns: 300 },
    );
  });

  it('reads back as the same definition: tables in StarRocks’ SQL', () => {
    fc.assert(
      fc.property(starRocksTable, (table) => assert.deepEqual(reread(table), table)),
      { numRuns: 300 },
    );
  });
});
