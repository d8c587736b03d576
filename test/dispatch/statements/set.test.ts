import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('SET', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  /** The row of `query` after `statement`, in a session of its own. */
  async function after_(statement: string, query: string): Promise<readonly unknown[] | undefined> {
    const state = world.session('root');
    await world.run(statement, state);
    return (await world.rows(query, state))[0];
  }

  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    ['SET autocommit = 0', 'SELECT @@autocommit', ['0']],
    ['SET AUTOCOMMIT = OFF, sql_safe_updates = TRUE', 'SELECT @@autocommit, @@sql_safe_updates', ['0', '1']],
    ['SET @@session.wait_timeout = 100', 'SELECT @@wait_timeout', ['100']],
    ['SET LOCAL wait_timeout = 0', 'SELECT @@wait_timeout', ['1']],
    ['SET wait_timeout = 7, wait_timeout = DEFAULT', 'SELECT @@wait_timeout', ['28800']],
    ["SET @a = 1 + 2, @B = 'x'", 'SELECT @A, @b', ['3', 'x']],
    ['SET @a = (SELECT 5)', 'SELECT @a', ['5']],
    ['SET @a = NULL', 'SELECT @a', [null]],
    ["SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')", "SELECT @@sql_mode LIKE 'ANSI_QUOTES,%'", ['1']],
    ['SET NAMES latin1', 'SELECT @@character_set_client, @@character_set_results', ['latin1', 'latin1']],
    ['SET NAMES utf8mb4 COLLATE utf8mb4_bin', 'SELECT @@collation_connection', ['utf8mb4_bin']],
    ['SET CHARACTER SET utf8', 'SELECT @@character_set_connection', ['utf8mb4']],
    ['SET CHARACTER SET utf8', 'SELECT @@character_set_client', ['utf8mb3']],
    ['SET NAMES latin1', 'SELECT @@collation_connection', ['latin1_swedish_ci']],
    ['SET collation_connection = latin1_bin', 'SELECT @@character_set_connection', ['latin1']],
    ['SET NAMES DEFAULT', 'SELECT @@character_set_client', ['utf8mb4']],
    ['SET character_set_results = NULL', 'SELECT @@character_set_results', [null]],
    [
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY',
      'SELECT @@tx_isolation, @@tx_read_only',
      ['READ-COMMITTED', '1'],
    ],
    ['SET sql_select_limit = 18446744073709551615', 'SELECT @@sql_select_limit', ['18446744073709551615']],
  ];
  for (const [statement, query, expected] of cases) {
    it(`${statement} gives ${expected.join(', ')}`, async () =>
      assert.deepEqual(await after_(statement, query), expected));
  }

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ['SET max_connections = 5', 'global_variable', /'max_connections' is a GLOBAL variable/],
    ['SET GLOBAL timestamp = 5', 'session_variable', /'timestamp' is a SESSION variable/],
    ["SET version = 'x'", 'read_only_variable', /'version' is a read only variable/],
    ['SET @a = 1, ghost = 5', 'unknown_system_variable', /Unknown system variable 'ghost'/],
    ["SET block_encryption_mode = 'rot13'", 'wrong_variable_value', /'rot13'/],
    ['SET GLOBAL ghost = 5', 'unknown_system_variable', /Unknown system variable 'ghost'/],
    ['SET autocommit = 2', 'wrong_variable_value', /'autocommit' can't be set to the value of '2'/],
    [
      "SET wait_timeout = 'soon'",
      'wrong_variable_type',
      /Incorrect argument type to variable 'wait_timeout'/,
    ],
    ["SET transaction_isolation = 'NONE'", 'wrong_variable_value', /'transaction_isolation'/],
    [
      'SET NAMES utf8mb4 COLLATE latin1_bin',
      'collation_not_valid',
      /latin1_bin' is not valid for CHARACTER SET 'utf8mb4'/,
    ],
    ['SET collation_connection = klingon_ci', 'unknown_collation', /Unknown collation: 'klingon_ci'/],
    ['SET NAMES klingon', 'unknown_character_set', /Unknown character set: 'klingon'/],
    ['SET sql_mode = NULL', 'wrong_variable_value', /'sql_mode' can't be set to the value of 'NULL'/],
  ];
  for (const [sql, kind, message] of refusals) it(`refuses ${sql}`, () => world.refuses(sql, kind, message));

  it('changes nothing when a later value is wrong', async () => {
    const state = world.session('root');
    await world.refuses('SET @a = 1, @b = nofunction(1)', 'does_not_exist', /./, state);
    assert.deepEqual(await world.rows('SELECT @a', state), [[null]]);
  });

  it('warns of a variable of other servers', async () => {
    const answer = await world.run('SET pipeline_dop = 1');
    assert.deepEqual(answer.warnings, [
      { level: 'Warning', number: 1193, message: "Unknown system variable 'pipeline_dop' was ignored" },
    ]);
  });

  it('GLOBAL is for administrators, and counts for new sessions', async () => {
    const stranger = await world.stranger('bo');
    await world.refuses('SET GLOBAL wait_timeout = 9', 'privilege_denied', /OPERATE/, stranger);
    await world.run('SET GLOBAL wait_timeout = 9');
    assert.deepEqual(
      await world.rows('SELECT @@wait_timeout, @@global.wait_timeout', world.session('root')),
      [['9', '9']],
    );
    await world.run('SET GLOBAL wait_timeout = DEFAULT');
  });
});
