import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoginState } from '../../src/session/login-state.ts';
import { rememberSet } from '../../src/session/remember-set.ts';
import { World } from '../dispatch/world.ts';

describe('a SET that another server has carried out', () => {
  let world: World;
  let state: LoginState;
  before(async () => {
    world = await World.open();
    state = world.session('root');
  });
  after(() => world[Symbol.asyncDispose]());

  const cases: readonly (readonly [sql: string, variable: string, value: unknown])[] = [
    ["SET sql_mode = 'ANSI_QUOTES'", 'sql_mode', 'ANSI_QUOTES'],
    ["SET @a = 1, time_zone = '+01:00'", 'time_zone', '+01:00'],
    ['SET NAMES latin1', 'character_set_client', 'latin1'],
    ['SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'transaction_isolation', 'SERIALIZABLE'],
    ['SET autocommit = 0', 'autocommit', 0],
    ['SET autocommit = 1 + 0', 'autocommit', 0],
    ['SET GLOBAL wait_timeout = 17', 'wait_timeout', 28_800],
    ["SET time_zone = 'No/Where'", 'time_zone', '+01:00'],
    ['SET this is no statement', 'autocommit', 0],
  ];
  for (const [sql, variable, value] of cases) {
    it(`${sql} leaves ${variable} at ${String(value)}`, async () => {
      await rememberSet(sql, state);
      assert.equal(state.variables.get(variable), value);
    });
  }
});
