import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ViewDefinition } from '../../../../src/source/duckdb/dictionary/stored-object.ts';
import {
  movedView,
  parseView,
  printView,
  shownView,
} from '../../../../src/source/duckdb/translation/view-text.ts';
import { parseDdl } from '../../../../src/sql/ddl/parse.ts';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { SourceError } from '../../../../src/source/source-error.ts';

function view(select: string): ViewDefinition {
  const type = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };
  const columns = [{ name: 'a`b', type, nullable: true }];
  return { select, database: 'shop', columns, fractions: false, statement: `CREATE VIEW v AS ${select}` };
}

describe('the text of a view in a snapshot', () => {
  it('begins with a statement that any MySQL reads', () => {
    assert.ok(
      printView('v', view('SELECT 1')).startsWith('CREATE VIEW `v` (`a``b`) AS SELECT 1 /*holdfast-view:{'),
    );
  });

  for (const select of [
    'SELECT 1',
    "SELECT '*/ /* */' AS x",
    "SELECT '/*holdfast-view:{}*/'",
    'SELECT 1 -- end\n',
  ]) {
    it(`gives back the definition of ${JSON.stringify(select)}`, () => {
      assert.deepEqual(parseView(printView('v', view(select))), view(select));
    });
  }

  for (const text of [
    '',
    'CREATE VIEW v AS SELECT 1',
    '/*holdfast-view:{*/',
    '/*holdfast-view:{"select": 1}*/',
  ]) {
    it(`is refused as ${JSON.stringify(text)}`, () => assert.throws(() => parseView(text), SourceError));
  }
});

describe('a view', () => {
  const cases = [
    ['SELECT * FROM shop.t', 'SELECT * FROM `new`.t'],
    ['SELECT shop.t.a FROM SHOP . `t`', 'SELECT `new`.t.a FROM `new` . `t`'],
    ['SELECT shop.a FROM u AS shop', 'SELECT shop.a FROM u AS shop'],
    ["SELECT 'shop.t' FROM other.t", "SELECT 'shop.t' FROM other.t"],
    ['SELECT other.shop.t FROM other.shop', 'SELECT other.shop.t FROM other.shop'],
  ] as const;
  for (const [before, after] of cases) {
    it(`moved to another database reads ${after}`, () => {
      const moved = movedView(view(before), { from: 'shop', to: 'new', name: 'w', objects: ['t', 'u'] });
      assert.deepEqual([moved.select, moved.database], [after, 'new']);
      assert.equal(moved.statement, `CREATE VIEW \`w\` (\`a\`\`b\`) AS ${after}`);
    });
  }
});

describe('the text of a view in SHOW CREATE VIEW', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['create or replace view v as select 1', 'CREATE VIEW `v` AS select 1'],
    ['/*!50001 CREATE VIEW d.v AS SELECT 1 */', 'CREATE VIEW `v` AS SELECT 1'],
    [
      '/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=CURRENT_USER SQL SECURITY INVOKER */ /*!50001 VIEW `v` (`a`, b) AS SELECT 1, 2 WITH CHECK OPTION */',
      'CREATE ALGORITHM=UNDEFINED DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW `v` (`a`, `b`) AS SELECT 1, 2 WITH CASCADED CHECK OPTION',
    ],
    [
      'CREATE VIEW v (a COMMENT "it\'s") COMMENT "x" SECURITY NONE AS SELECT 1',
      "CREATE VIEW `v` (`a` COMMENT 'it''s') COMMENT 'x' SECURITY NONE AS SELECT 1",
    ],
  ];
  for (const [sql, shown] of cases) {
    it(`of ${sql}`, () => {
      const statement = parseDdl(tokenize(sql), sql);
      assert.ok(statement.kind === 'create_view');
      assert.equal(shownView(statement.name.name, statement), shown);
    });
  }
});
