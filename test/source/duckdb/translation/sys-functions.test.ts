import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../../../dispatch/world.ts';

/** A call and MySQL 9.7's answer. */
const calls: readonly (readonly [string, string | null])[] = [
  ['format_bytes(2348723492723746)', '2.09 PiB'],
  ["format_bytes('4096')", '4.00 KiB'],
  ['format_bytes(NULL)', null],
  ['format_time(0)', '0 ps'],
  ['format_time(1500)', '1.5 ns'],
  ["format_time('1234567')", '1.23 us'],
  ['format_time(342342342342345)', '5.71 m'],
  ['format_time(604800000000000000)', '1 w'],
  ['format_time(NULL)', null],
  ["quote_identifier('my`col')", '`my``col`'],
  ["list_add('a,b', 'c')", 'a,b,c'],
  ["list_add(' a,b, ', 'c')", 'a,b,c'],
  ["list_add('', 'c')", 'c'],
  ["list_add(NULL, 'c')", 'c'],
  ["list_drop('a,b,c', 'b')", 'a,c'],
  ["list_drop('a, b, c', 'c')", 'a, b'],
  ["list_drop('a', 'a')", ''],
  ["list_drop(NULL, 'c')", null],
  ["extract_schema_from_file_name('/var/lib/mysql/employees/employee.ibd')", 'employees'],
  [String.raw`extract_table_from_file_name('C:\\x\\y@0024z.frm')`, 'y$z'],
  [String.raw`format_statement('select\n1')`, 'select 1'],
  [
    "format_statement(CONCAT('SELECT VARIABLE_VALUE FROM performance_schema.global_status', ' WHERE VARIABLE_NAME = 1'))",
    'SELECT VARIABLE_VALUE FROM per ... status WHERE VARIABLE_NAME = 1',
  ],
  ['version_major()', '8'],
  ['version_minor()', '0'],
  ["version_patch() = SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '-', 1), '.', -1)", '1'],
  ['ps_thread_id(1)', '1'],
  ['ps_thread_id(CONNECTION_ID()) <=> sys.ps_thread_id(NULL)', '1'],
  ['ps_thread_account(1)', 'root@h'],
  ['ps_thread_id(99999)', null],
  ['ps_thread_account(99999)', null],
  ["sys_get_config('statement_truncate_len', 128)", '64'],
  ["sys_get_config('foo', 'bar')", 'bar'],
  ["format_path(CONCAT(@@tmpdir, '/x.ibd'))", '@@tmpdir/x.ibd'],
  ["format_path('/nowhere/x')", '/nowhere/x'],
];

describe('the functions of sys', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [call, answer] of calls) {
    it(`${call} is ${answer}`, async () => {
      assert.deepEqual(await world.rows(`SELECT sys.${call}`), [[answer]]);
    });
  }

  it('need no name of their database in it, and no privilege', async () => {
    const eve = await world.stranger('eve');
    await world.run('USE sys', eve);
    assert.deepEqual(await world.rows("SELECT QUOTE_IDENTIFIER('x'), format_time(1)", eve), [
      ['`x`', '1 ps'],
    ]);
  });

  it('are all that there are', async () => {
    await world.refuses('SELECT sys.nosuch(1)', 'does_not_exist', /FUNCTION sys\.nosuch does not exist/);
    await world.refuses('SELECT sys.format_bytes(1, 2)', 'routine_arguments', /expected 1, got 2/);
  });
});
