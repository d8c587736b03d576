import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classify, statementClasses } from '../../src/sql/classifier.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import type { StatementClass } from '../../src/sql/classifier.ts';

const cases: Readonly<Record<StatementClass, readonly string[]>> = {
  dialect: [
    'BACKUP SNAPSHOT a.b TO r',
    'backup metadata system',
    'RESTORE SNAPSHOT a.b FROM r',
    'CANCEL BACKUP FROM d',
    'CREATE REPOSITORY r',
    'CREATE READ ONLY REPOSITORY r',
    'ALTER REPOSITORY r',
    'DROP REPOSITORY r',
    'DROP SNAPSHOT s ON r',
    'CREATE EXTERNAL CATALOG c',
    'DROP CATALOG c',
    'CREATE METADATA STORE s',
    'SHOW BACKUP',
    'SHOW BRIEF RESTORE',
    'SHOW GLOBAL RESTORE',
    'SHOW SNAPSHOT ON r',
    'SHOW REPOSITORIES',
    'SHOW CREATE REPOSITORY FOR r',
    'SHOW CREATE CATALOG c',
    'SHOW CATALOGS',
    'SHOW BROKER',
    'SHOW METADATA EPOCHS',
    'SET CATALOG c',
    'SET METADATA MAINTENANCE OFF',
    'ADMIN SHOW FRONTEND CONFIG',
    'EXPLAIN RESTORE SNAPSHOT a FROM r',
    'VERIFY SNAPSHOT a ON r',
    'CHECK REPOSITORY r WITH BENCHMARK',
    'CLEAN REPOSITORY r',
    'ROLLBACK METADATA TO TIMESTAMP x',
    "LIST METADATA '/x'",
    "CAT METADATA '/x'",
  ],
  show: [
    'SHOW TABLES',
    'SHOW /*!50002 GLOBAL */ STATUS',
    'show create table t',
    'SHOW GRANTS',
    'SHOW GLOBAL VARIABLES',
  ],
  set: [
    'SET NAMES x',
    'SET @a = 1',
    'SET catalog = 1',
    '/*!40101 SET NAMES binary*/',
    'SET SESSION TRANSACTION READ ONLY',
  ],
  use: ['USE d', 'use `c`.d'],
  describe: ['DESC t', 'DESCRIBE a.b c', 'EXPLAIN t', 'EXPLAIN restore', 'DESC backup', "DESCRIBE `t` '%'"],
  explain: ['EXPLAIN SELECT 1', 'EXPLAIN ANALYZE SELECT 1', 'DESC SELECT 1', 'EXPLAIN FORMAT=JSON SELECT 1'],
  select: [
    'SELECT 1',
    '(SELECT 1)',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'VALUES ROW(1)',
    'TABLE t',
    '/* x */ select 1',
  ],
  dml: [
    'INSERT INTO t VALUES (1)',
    'REPLACE t',
    'UPDATE t',
    'DELETE FROM t',
    'WITH a AS (SELECT 1) DELETE FROM a',
  ],
  ddl: [
    'CREATE TABLE t',
    'DROP DATABASE d',
    'ALTER TABLE t',
    'TRUNCATE t',
    'RENAME TABLE a TO b',
    'CREATE EXTERNAL TABLE t',
  ],
  maintenance: ['CHECK TABLE t', 'ANALYZE TABLE t', 'OPTIMIZE TABLE t', 'REPAIR TABLE t', 'CHECKSUM TABLE t'],
  transaction: [
    'START TRANSACTION',
    'BEGIN',
    'COMMIT',
    'ROLLBACK TO x',
    'SAVEPOINT a',
    'RELEASE SAVEPOINT a',
    'LOCK TABLES t READ',
    'UNLOCK TABLES',
  ],
  account: [
    'CREATE USER u',
    'ALTER USER u',
    'DROP USER u',
    'RENAME USER a TO b',
    'GRANT ALL ON *.* TO u',
    'REVOKE ALL',
    "SET PASSWORD = 'x'",
    "SET PASSWORD FOR u = 'x'",
    'SET DEFAULT ROLE a',
    'CREATE ROLE r',
  ],
  prepare: ["PREPARE s FROM 'x'", 'EXECUTE s', 'DEALLOCATE PREPARE s', 'DROP PREPARE s'],
  kill: ['KILL QUERY 1'],
  flush: ['FLUSH TABLES'],
  reset: ['RESET PERSIST', 'RESET REPLICA'],
  resource_group: ['SET RESOURCE GROUP g', 'CREATE RESOURCE GROUP g', 'DROP RESOURCE GROUP g'],
  load: ["LOAD DATA INFILE 'x'"],
  call: ['CALL p(1)'],
  do: ['DO SLEEP(1)'],
  help: ["HELP 'x'"],
  comment_only: ['', '/* x */', '-- x', '/*!99999 x */'],
  unknown: ['FOO', '1', "'a'", '`SELECT` 1', 'START SLAVE', ')'],
};

describe('classifier', () => {
  for (const statementClass of statementClasses) {
    for (const text of cases[statementClass]) {
      it(`calls ${JSON.stringify(text)} ${statementClass}`, () =>
        assert.equal(classify(tokenize(text)), statementClass));
    }
  }
});
