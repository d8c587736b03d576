import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { disabledEvent, movedText } from '../../../src/source/mysql/object-text.ts';
import type { Created } from '../../../src/source/mysql/object-text.ts';

const objects = new Set(['t', 'v', 'f']);
const move = { from: 'shop', to: 'n`ew', moves: (name: string): boolean => objects.has(name) };

const cases: readonly Readonly<{
  name: string;
  ddl: string;
  created: Created;
  sqlMode?: string;
  expected: string;
}>[] = [
  {
    name: 'a view: its name, and the tables it reads',
    ddl: 'CREATE ALGORITHM=UNDEFINED DEFINER=`view`@`%` SQL SECURITY DEFINER VIEW `shop`.`v` AS select `shop`.`t`.`a` AS `a`,`shop`.`other` AS `b` from (`shop`.`t` join `else`.`t` on(`shop`.`f`(1)))',
    created: { kind: 'VIEW', name: 'w' },
    expected:
      'CREATE ALGORITHM=UNDEFINED DEFINER=`view`@`%` SQL SECURITY DEFINER VIEW `n``ew`.`w` AS select `n``ew`.`t`.`a` AS `a`,`shop`.`other` AS `b` from (`n``ew`.`t` join `else`.`t` on(`n``ew`.`f`(1)))',
  },
  {
    name: 'a view of MySQL 8: aliases, which it shows in the database of their tables',
    ddl: 'CREATE ALGORITHM=UNDEFINED VIEW `shop`.`v` AS select `shop`.`x`.`id` AS `id`,`shop`.`t`.`id` AS `i`,`f`(`shop`.`x`.`id`) AS `t` from (`shop`.`t` `x` join `shop`.`other` `t`)',
    created: { kind: 'VIEW', name: 'v' },
    expected:
      'CREATE ALGORITHM=UNDEFINED VIEW `n``ew`.`v` AS select `n``ew`.`x`.`id` AS `id`,`shop`.`t`.`id` AS `i`,`f`(`n``ew`.`x`.`id`) AS `t` from (`n``ew`.`t` `x` join `shop`.`other` `t`)',
  },
  {
    name: 'a trigger: its name, its table, and its body but for strings and comments',
    ddl: "CREATE DEFINER=`a`@`b` TRIGGER IF NOT EXISTS shop.tr /* shop.t */ before insert on shop . t for each row begin -- shop.t\n set @x = 'shop.t'; insert into SHOP.t values (1); end",
    created: { kind: 'TRIGGER', name: 'tr', table: 'u' },
    expected:
      "CREATE DEFINER=`a`@`b` TRIGGER IF NOT EXISTS `n``ew`.`tr` /* shop.t */ before insert on `n``ew`.`u` for each row begin -- shop.t\n set @x = 'shop.t'; insert into `n``ew`.t values (1); end",
  },
  {
    name: 'a function with a parameter list',
    ddl: 'CREATE DEFINER=`a`@`b` FUNCTION `f`(x int) RETURNS int return (select max(id) from shop.t)',
    created: { kind: 'FUNCTION', name: 'f' },
    expected: 'CREATE DEFINER=`a`@`b` FUNCTION `f`(x int) RETURNS int return (select max(id) from `n``ew`.t)',
  },
  {
    name: 'names in double quotes under ANSI_QUOTES',
    ddl: 'CREATE PROCEDURE "p"() select "x y" from "shop"."t"',
    created: { kind: 'PROCEDURE', name: 'p' },
    sqlMode: 'ANSI_QUOTES,STRICT_TRANS_TABLES',
    expected: 'CREATE PROCEDURE "p"() select "x y" from `n``ew`."t"',
  },
  {
    name: 'backslashes that escape nothing under NO_BACKSLASH_ESCAPES',
    ddl: String.raw`CREATE PROCEDURE p() select '\', a from shop.t where b = '\'`,
    created: { kind: 'PROCEDURE', name: 'p' },
    sqlMode: 'NO_BACKSLASH_ESCAPES',
    expected: "CREATE PROCEDURE p() select '\\', a from `n``ew`.t where b = '\\'",
  },
];

describe('the text of an object', () => {
  for (const { name, ddl, created, sqlMode = '', expected } of cases) {
    it(`moves ${name}`, () => {
      assert.equal(movedText(ddl, { sql_mode: sqlMode }, created, move), expected);
    });
  }

  it('keeps its qualifiers in the same database', () => {
    const ddl = 'CREATE VIEW `shop`.`v` AS select 1 from `shop`.`t`';
    const same = movedText(ddl, {}, { kind: 'VIEW', name: 'w' }, { ...move, to: 'shop' });
    assert.equal(same, 'CREATE VIEW `shop`.`w` AS select 1 from `shop`.`t`');
    assert.equal(movedText(ddl, {}, { kind: 'VIEW', name: 'v' }, { ...move, to: 'shop' }), ddl);
  });

  it('gets another name without a database where it had none', () => {
    const ddl = 'CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW SET @x = 1';
    const created = { kind: 'TRIGGER', name: 'b', table: 'u' } as const;
    const expected = 'CREATE TRIGGER `b` BEFORE INSERT ON `u` FOR EACH ROW SET @x = 1';
    assert.equal(movedText(ddl, {}, created, move), expected);
  });

  for (const state of ['ENABLE', 'DISABLE', 'DISABLE ON SLAVE']) {
    it(`is that of an event switched off: ${state}`, () => {
      const ddl = `CREATE EVENT \`e\` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ${state} COMMENT 'ENABLE' DO do 1`;
      assert.match(disabledEvent(ddl, {}), /NOT PRESERVE DISABLE COMMENT 'ENABLE' DO do 1$/);
    });
  }
});
