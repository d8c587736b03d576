import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inWordsOf } from '../../../src/source/mysql/other-vendor.ts';
import { factsOf } from '../../../src/source/mysql/server-facts.ts';
import type { RestorePlan } from '../../../src/source/restoring.ts';

const [mysql, mariadb] = ['9.7.4', '10.11.14-MariaDB'];
const collations = new Set([
  'utf8mb4_bin',
  'utf8mb4_0900_as_cs',
  'utf8mb4_es_trad_0900_ai_ci',
  'utf8mb4_uca1400_nopad_ai_ci',
  'utf8mb4_uca1400_german2_nopad_as_cs',
  'utf8mb4_nopad_bin',
]);

function planOf(version: string, ddl: string): RestorePlan {
  return {
    database: 'shop',
    originalDatabase: 'shop',
    createDatabase: true,
    origin: { kind: 'mysql', version },
    tables: [{ name: 't', target: 't', ddl, columns: [] }],
    others: [],
  };
}

const items: readonly Readonly<{ from: string; to: string; item: string; expected: string }>[] = [
  {
    from: mysql,
    to: mariadb,
    item: "`a` int DEFAULT '5' /*!80023 INVISIBLE */",
    expected: "`a` int DEFAULT '5'  INVISIBLE",
  },
  {
    from: mysql,
    to: mariadb,
    item: '`a` point NOT NULL /*!80003 SRID 4326 */',
    expected: '`a` point NOT NULL',
  },
  { from: mysql, to: mariadb, item: '`a` geomcollection', expected: '`a` GEOMETRYCOLLECTION' },
  {
    from: mysql,
    to: mariadb,
    item: 'KEY `k` (`a`) /*!80000 INVISIBLE */',
    expected: 'KEY `k` (`a`)  IGNORED',
  },
  {
    from: mysql,
    to: mariadb,
    item: "`a` varchar(9) COLLATE utf8mb4_0900_ai_ci COMMENT 'utf8mb4_0900_ai_ci'",
    expected: "`a` varchar(9) COLLATE utf8mb4_uca1400_nopad_ai_ci COMMENT 'utf8mb4_0900_ai_ci'",
  },
  {
    from: mysql,
    to: mariadb,
    item: '`a` varchar(9) COLLATE utf8mb4_de_pb_0900_as_cs',
    expected: '`a` varchar(9) COLLATE utf8mb4_uca1400_german2_nopad_as_cs',
  },
  {
    from: mysql,
    to: mariadb,
    item: '`a` varchar(9) COLLATE utf8mb4_ja_0900_as_cs',
    expected: '`a` varchar(9) COLLATE utf8mb4_ja_0900_as_cs',
  },
  {
    from: mariadb,
    to: mysql,
    item: '`a` varchar(9) DEFAULT uuid()',
    expected: '`a` varchar(9) DEFAULT (uuid())',
  },
  {
    from: mariadb,
    to: mysql,
    item: "`a` varchar(9) DEFAULT concat('a',uuid()) COMMENT 'x'",
    expected: "`a` varchar(9) DEFAULT (concat('a',uuid())) COMMENT 'x'",
  },
  { from: mariadb, to: mysql, item: "`a` text DEFAULT 'it''s'", expected: "`a` text DEFAULT ('it''s')" },
  { from: mariadb, to: mysql, item: '`a` text DEFAULT NULL', expected: '`a` text DEFAULT NULL' },
  {
    from: mariadb,
    to: mysql,
    item: '`a` timestamp DEFAULT current_timestamp() ON UPDATE current_timestamp()',
    expected: '`a` timestamp DEFAULT current_timestamp() ON UPDATE current_timestamp()',
  },
  { from: mariadb, to: mysql, item: 'KEY `k` (`a`) IGNORED', expected: 'KEY `k` (`a`) INVISIBLE' },
  {
    from: mariadb,
    to: mysql,
    item: '`a` varchar(9) COLLATE utf8mb4_uca1400_spanish2_ai_ci',
    expected: '`a` varchar(9) COLLATE utf8mb4_es_trad_0900_ai_ci',
  },
];

describe('a table in the words of another vendor', () => {
  for (const { from, to, item, expected } of items) {
    it(`goes from ${from} to ${to}: ${item}`, () => {
      const plan = planOf(from, `CREATE TABLE \`t\` (\n  ${item}\n) ENGINE=InnoDB`);
      const worded = inWordsOf(plan, { facts: factsOf(to, new Map()), collations });
      assert.equal(worded.tables[0]?.ddl, `CREATE TABLE \`t\` (\n  ${expected}\n) ENGINE=InnoDB`);
    });
  }

  it('is without what MariaDB can only leave out', () => {
    const ddl =
      "CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */\n) ENGINE=InnoDB COMPRESSION='zlib' COMMENT='COMPRESSION'";
    const worded = inWordsOf(planOf(mysql, ddl), { facts: factsOf(mariadb, new Map()), collations });
    assert.equal(
      worded.tables[0]?.ddl.replaceAll(/\s+/g, ' '),
      "CREATE TABLE `t` ( `a` int ) ENGINE=InnoDB COMMENT='COMPRESSION'",
    );
  });

  it('is told of once for each collation that is another now', () => {
    const ddl = 'CREATE TABLE `t` (\n  `a` text\n) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci';
    const plan = planOf(mysql, ddl);
    const twice = { ...plan, tables: [...plan.tables, ...plan.tables] };
    const worded = inWordsOf(twice, { facts: factsOf(mariadb, new Map()), collations });
    assert.deepEqual(worded.remarks, [
      {
        target: 't',
        text: 'the server has no collation utf8mb4_0900_ai_ci: utf8mb4_uca1400_nopad_ai_ci takes its place in table t and others',
      },
    ]);
  });

  it('has the settings of its programs without modes that MySQL does not know', () => {
    const settings = { sql_mode: 'ANSI_QUOTES,NO_AUTO_CREATE_USER', collation_connection: 'utf8mb4_bin' };
    const plan = { ...planOf(mariadb, 'CREATE TABLE `t` (\n  `a` int\n)') };
    const others = [
      { kind: 'PROCEDURE', name: 'p', target: 'p', ddl: 'CREATE PROCEDURE p() SELECT 1', settings },
    ] as const;
    const worded = inWordsOf({ ...plan, others }, { facts: factsOf(mysql, new Map()), collations });
    assert.deepEqual(worded.others[0]?.settings, {
      sql_mode: 'ANSI_QUOTES',
      collation_connection: 'utf8mb4_bin',
    });
  });

  it('is as it was for a server of its own kind', () => {
    const plan = planOf(mysql, 'CREATE TABLE `t` (\n  `a` int /*!80023 INVISIBLE */\n)');
    assert.equal(inWordsOf(plan, { facts: factsOf('8.4.3', new Map()), collations }), plan);
  });
});
