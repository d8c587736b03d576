import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, parse, parseAs } from '../support.ts';

describe('parseCreateView', () => {
  it('reads everything a dump writes before the query', () => {
    const view = parseAs(
      'CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`root`@`localhost` SQL SECURITY INVOKER VIEW d.v (a, `b c`) AS ' +
        'SELECT 1, 2 FROM t WITH LOCAL CHECK OPTION',
      'create_view',
    );
    const { select, ...rest } = view;
    assert.equal(select.text, 'SELECT 1, 2 FROM t');
    assert.deepEqual(rest, {
      kind: 'create_view',
      orReplace: true,
      alter: false,
      ifNotExists: false,
      algorithm: 'MERGE',
      definer: '`root`@`localhost`',
      sqlSecurity: 'INVOKER',
      name: { database: 'd', name: 'v' },
      columns: [{ name: 'a' }, { name: 'b c' }],
      checkOption: 'LOCAL',
    });
  });

  it('reads the executed comments of mysqldump', () => {
    const view = parseAs(
      '/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=CURRENT_USER() SQL SECURITY DEFINER */ ' +
        '/*!50001 VIEW `v` AS select 1 AS `x` */',
      'create_view',
    );
    assert.equal(view.definer, 'CURRENT_USER()');
    assert.equal(view.select.text, 'select 1 AS `x`');
  });

  it('reads StarRocks’ comments and security', () => {
    const view = parseAs(
      'CREATE VIEW v (a COMMENT "one") COMMENT "c" SECURITY INVOKER AS WITH x AS (SELECT 1) SELECT * FROM x',
      'create_view',
    );
    assert.deepEqual(view.columns, [{ name: 'a', comment: 'one' }]);
    assert.deepEqual([view.comment, view.sqlSecurity], ['c', 'INVOKER']);
  });

  it('finds the check option only at the end', () => {
    const view = parseAs(
      'ALTER VIEW v AS SELECT a FROM t GROUP BY a WITH ROLLUP WITH CHECK OPTION',
      'create_view',
    );
    assert.equal(view.select.text, 'SELECT a FROM t GROUP BY a WITH ROLLUP');
    assert.equal(view.checkOption, 'CASCADED');
    assert.equal(view.alter, true);
  });

  it('reads DROP VIEW of several', () => {
    assert.deepEqual(parse('DROP VIEW IF EXISTS a, d.b RESTRICT'), {
      kind: 'drop_view',
      names: [{ name: 'a' }, { database: 'd', name: 'b' }],
      ifExists: true,
    });
  });

  it('refuses a view without its query', () => {
    for (const sql of [
      'CREATE VIEW v',
      'CREATE VIEW v AS',
      'CREATE VIEW v AS t',
      'CREATE VIEW v () AS SELECT 1',
    ]) {
      failsWith(sql, 'syntax');
    }
  });
});
