import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseShow } from '../../src/sql/show.ts';
import { showForms } from '../../src/sql/show-forms.ts';
import type { Show } from '../../src/sql/show.ts';

function show(text: string): Show {
  return parseShow(tokenize(text), text);
}

/** What a case says; everything else has its usual value. */
type Expected = Partial<Omit<Show, 'kind'>> & Pick<Show, 'form'>;

const cases: readonly (readonly [text: string, expected: Expected])[] = [
  ['SHOW DATABASES', { form: 'databases' }],
  ["show schemas like '%'", { form: 'databases', like: '%' }],
  ['SHOW DATABASES FROM prod', { form: 'databases', target: ['prod'] }],
  ['SHOW TABLES;', { form: 'tables' }],
  ['SHOW /*!50002 FULL*/ TABLES FROM `shop`', { form: 'tables', full: true, target: ['shop'] }],
  ['SHOW FULL TABLES IN prod.shop', { form: 'tables', full: true, target: ['prod', 'shop'] }],
  ["SHOW TABLE STATUS FROM d LIKE 'a''b'", { form: 'table_status', target: ['d'], like: "a'b" }],
  ['SHOW OPEN TABLES', { form: 'open_tables' }],
  ['SHOW COLUMNS FROM t', { form: 'columns', target: ['t'] }],
  ['SHOW FULL FIELDS FROM t FROM d', { form: 'columns', full: true, target: ['d', 't'] }],
  [
    'SHOW EXTENDED FULL COLUMNS IN c.d.t',
    { form: 'columns', full: true, extended: true, target: ['c', 'd', 't'] },
  ],
  ['SHOW KEYS FROM `shop`.`customer`', { form: 'index', target: ['shop', 'customer'] }],
  ['SHOW INDEXES IN t IN d', { form: 'index', target: ['d', 't'] }],
  ['SHOW EXTENDED INDEX FROM t', { form: 'index', extended: true, target: ['t'] }],
  ['SHOW FULL TRIGGERS FROM d', { form: 'triggers', full: true, target: ['d'] }],
  ['SHOW EVENTS', { form: 'events' }],
  ['SHOW PARTITIONS FROM d.t', { form: 'partitions', target: ['d', 't'] }],
  ['SHOW TEMPORARY PARTITIONS FROM t', { form: 'temporary_partitions', target: ['t'] }],
  ['SHOW DYNAMIC PARTITION TABLES FROM d', { form: 'dynamic_partition_tables', target: ['d'] }],
  ['SHOW TABLET FROM t', { form: 'tablets', target: ['t'] }],
  ['SHOW MATERIALIZED VIEWS FROM d', { form: 'materialized_views', target: ['d'] }],
  ['SHOW CREATE TABLE c.d.t', { form: 'create_table', target: ['c', 'd', 't'] }],
  ['SHOW CREATE VIEW v', { form: 'create_view', target: ['v'] }],
  ['SHOW CREATE MATERIALIZED VIEW v', { form: 'create_materialized_view', target: ['v'] }],
  ['SHOW CREATE SCHEMA IF NOT EXISTS d', { form: 'create_database', ifNotExists: true, target: ['d'] }],
  ['SHOW CREATE PROCEDURE d.p', { form: 'create_procedure', target: ['d', 'p'] }],
  ["SHOW CREATE USER 'u'@'h'", { form: 'create_user', user: { kind: 'named', user: 'u', host: 'h' } }],
  ['SHOW VARIABLES', { form: 'variables' }],
  ["SHOW SESSION VARIABLES LIKE 'a'", { form: 'variables', like: 'a' }],
  ['SHOW GLOBAL VARIABLES', { form: 'variables', scope: 'GLOBAL' }],
  ["SHOW /*!50002 GLOBAL */ STATUS LIKE 'Com\\_%'", { form: 'status', scope: 'GLOBAL', like: 'Com\\_%' }],
  ['SHOW COLLATION', { form: 'collation' }],
  ['SHOW CHARACTER SET', { form: 'character_set' }],
  ['SHOW CHARSET', { form: 'character_set' }],
  ['SHOW STORAGE ENGINES', { form: 'engines' }],
  ['SHOW ENGINE InnoDB STATUS', { form: 'engine_status', target: ['InnoDB'] }],
  ['SHOW GRANTS', { form: 'grants' }],
  ['SHOW GRANTS FOR CURRENT_USER()', { form: 'grants', user: { kind: 'current' } }],
  ['SHOW GRANTS FOR u USING r1, r2', { form: 'grants', user: { kind: 'named', user: 'u', host: '%' } }],
  ['SHOW PROCEDURE STATUS', { form: 'procedure_status' }],
  ['SHOW FULL PROCESSLIST', { form: 'processlist', full: true }],
  ['SHOW WARNINGS LIMIT 2, 3', { form: 'warnings', limit: { offset: 2, count: 3 } }],
  ['SHOW ERRORS LIMIT 3 OFFSET 2', { form: 'errors', limit: { offset: 2, count: 3 } }],
  ['SHOW COUNT(*) WARNINGS', { form: 'count_warnings' }],
  ['SHOW COUNT(*) ERRORS', { form: 'count_errors' }],
  ['SHOW BINARY LOG STATUS', { form: 'binary_log_status' }],
  ["SHOW REPLICA STATUS FOR CHANNEL 'x'", { form: 'replica_status' }],
  ['SHOW PROFILE CPU FOR QUERY 1', { form: 'profile' }],
  ["SHOW BINLOG EVENTS IN 'x' FROM 4 LIMIT 2", { form: 'binlog_events' }],
  ['SHOW RELAYLOG EVENTS', { form: 'relaylog_events' }],
  [
    "SHOW FULL TABLES FROM `shop` WHERE `Tables_in_shop` = 'a' AND Table_type != 'VIEW'",
    {
      form: 'tables',
      full: true,
      target: ['shop'],
      where: { text: "`Tables_in_shop` = 'a' AND Table_type != 'VIEW'", start: 35, end: 82 },
    },
  ],
  [
    'SHOW PARTITIONS FROM t WHERE (a = 1 OR b = 2) ORDER BY a DESC LIMIT 1',
    {
      form: 'partitions',
      target: ['t'],
      where: { text: '(a = 1 OR b = 2)', start: 29, end: 45 },
      orderBy: { text: 'a DESC', start: 55, end: 61 },
      limit: { offset: 0, count: 1 },
    },
  ],
];

const refused: readonly (readonly [text: string, near: string])[] = [
  ['SHOW', ''],
  ['SHOW FOO', 'FOO'],
  ['SHOW `TABLES`', '`TABLES`'],
  ['SHOW COLUMNS', ''],
  ['SHOW TABLES a', 'a'],
  ['SHOW GLOBAL TABLES', ''],
  ['SHOW FULL ENGINES', ''],
  ['SHOW STORAGE TABLES', 'TABLES'],
  ["SHOW TABLES LIKE 'a' WHERE b", 'WHERE b'],
  ['SHOW TABLES LIKE a', 'a'],
  ['SHOW TABLES WHERE', ''],
  ['SHOW TABLES WHERE a)', ')'],
  ['SHOW WARNINGS LIMIT 1.5', '1.5'],
  ['SHOW CREATE TABLE a.b.c.d', '.d'],
  ['SHOW COUNT WARNINGS', 'COUNT WARNINGS'],
];

describe('SHOW', () => {
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => {
      const usual = { kind: 'show', full: false, extended: false, scope: 'SESSION', target: [] };
      assert.deepEqual(show(text), { ...usual, ...expected });
    });
  }

  for (const [text, near] of refused) {
    it(`refuses ${text} near ${JSON.stringify(near)}`, () => {
      assert.throws(
        () => show(text),
        (error: Error) => {
          assert.match(error.message, /^You have an error in your SQL syntax; check the manual/);
          assert.ok(error.message.endsWith(`near '${near}' at line 1`), error.message);
          return true;
        },
      );
    });
  }

  it('lists a form behind every longer one that begins alike', () => {
    for (const [index, { words }] of showForms.entries()) {
      const hidden = showForms
        .slice(index + 1)
        .filter((later) => words.every((word, at) => later.words[at] === word));
      assert.deepEqual(hidden, []);
    }
  });
});
