import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../src/base/sql-error.ts';
import type { Cell } from '../../src/base/rows.ts';
import {
  GlobalVariables,
  SessionVariables,
  shownValue,
  unknownVariable,
} from '../../src/catalog/session-variables.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import { sampleFacts } from '../dispatch/world.ts';

let global: GlobalVariables;
let session: SessionVariables;
beforeEach(() => {
  global = new GlobalVariables(variablesOf(sampleFacts));
  session = new SessionVariables(global);
});

describe('the variables of a session', () => {
  it('are the server’s of the moment it began, until they are set', () => {
    assert.equal(session.get('WAIT_TIMEOUT'), 28_800);
    global.set('wait_timeout', 60);
    assert.equal(session.get('wait_timeout'), 28_800);
    assert.equal(new SessionVariables(global).get('wait_timeout'), 60);
    session.set('wait_timeout', 5);
    assert.deepEqual(
      [
        'wait_timeout',
        'session.wait_timeout',
        'LOCAL.Wait_Timeout',
        'global.wait_timeout',
        'persist.wait_timeout',
      ].map((name) => session.get(name)),
      [5, 5, 5, 60, 60],
    );
    session.set('wait_timeout', undefined);
    assert.equal(session.get('wait_timeout'), 60);
    session.set('wait_timeout', 7);
    session.reset();
    assert.equal(session.get('wait_timeout'), 60);
  });

  it('keep a value that SET GLOBAL gave before, until the session begins again', () => {
    global.set('character_set_results', null);
    const later = new SessionVariables(global);
    global.set('character_set_results', undefined);
    assert.deepEqual(
      [later.get('character_set_results'), global.get('character_set_results')],
      [null, 'utf8mb4'],
    );
    later.reset();
    assert.equal(later.get('character_set_results'), 'utf8mb4');
  });

  it('have one value under both names that MySQL had for them', () => {
    session.set('tx_isolation', 'serializable');
    assert.equal(session.get('transaction_isolation'), 'SERIALIZABLE');
    session.set('transaction_read_only', 'on');
    assert.equal(session.get('tx_read_only'), 1);
  });

  it('that nobody knows are told apart from those that hold nothing', () => {
    assert.equal(session.get('ghost'), undefined);
    assert.equal(session.set('ghost', 1), false);
    assert.equal(session.get('secure_file_priv'), null);
    assert.throws(() => global.set('ghost', 1), { kind: 'unknown_system_variable' });
    assert.equal(unknownVariable('x').message, "Unknown system variable 'x'");
  });

  it('keep what is fixed', () => {
    assert.throws(() => session.set('port', 1), { kind: 'read_only_variable' });
    assert.throws(() => global.set('version', 'x'), { kind: 'read_only_variable' });
  });

  it('that only the session knows are asked of it, until a client sets them', () => {
    const facts = {
      connectionId: 9,
      lastInsertId: () => 7n,
      warningCount: () => 2,
      errorCount: () => 1,
      now: () => 1_500,
    };
    const variables = new SessionVariables(global, facts);
    const read = (): readonly unknown[] =>
      ['last_insert_id', 'identity', 'warning_count', 'error_count', 'timestamp'].map((name) =>
        variables.get(name),
      );
    assert.deepEqual(read(), [7n, 7n, 2, 1, 1.5]);
    assert.equal(variables.get('pseudo_thread_id'), 9);
    variables.set('timestamp', 99);
    assert.equal(variables.get('timestamp'), 99);
    variables.reset();
    assert.deepEqual(read(), [7n, 7n, 2, 1, 1.5]);
    assert.equal(session.get('warning_count'), 0);
  });

  it('wait for interactive clients as long as interactive_timeout says', () => {
    const facts = {
      connectionId: 9,
      lastInsertId: () => 0n,
      warningCount: () => 0,
      errorCount: () => 0,
      now: () => 0,
    };
    global.set('interactive_timeout', 77);
    try {
      const interactive = new SessionVariables(global, { ...facts, isInteractive: true });
      assert.equal(interactive.get('wait_timeout'), 77);
      interactive.set('wait_timeout', 5);
      interactive.reset();
      assert.equal(interactive.get('wait_timeout'), 77);
      assert.notEqual(new SessionVariables(global, facts).get('wait_timeout'), 77);
    } finally {
      global.set('interactive_timeout', undefined);
    }
  });

  const good: readonly (readonly [string, Cell, Cell])[] = [
    ['autocommit', 'off', 0],
    ['autocommit', true, 1],
    ['autocommit', 'Yes', 1],
    ['wait_timeout', '0', 1],
    ['wait_timeout', 1e12, 31_536_000],
    ['sql_select_limit', 18_446_744_073_709_551_615n, 18_446_744_073_709_551_615n],
    ['sql_select_limit', ' 10 ', 10],
    ['sql_select_limit', '18446744073709551616', 18_446_744_073_709_551_615n],
    ['sql_select_limit', '9'.repeat(60), 18_446_744_073_709_551_615n],
    ['sql_select_limit', '+9007199254740993', 9_007_199_254_740_993n],
    ['sql_select_limit', '-9007199254740993', 0],
    ['sql_mode', Buffer.from('ansi_quotes'), 'ANSI_QUOTES'],
    ['character_set_results', null, null],
    ['long_query_time', '0.5', 0.5],
    ['information_schema_stats_expiry', 86_400, 86_400],
  ];
  for (const [name, value, expected] of good) {
    it(`read ${String(value)} as ${name}`, () => {
      assert.equal(session.set(name, value), true);
      assert.equal(session.get(name), expected);
    });
  }

  const bad: readonly (readonly [string, Cell, SqlErrorKind?])[] = [
    ['autocommit', 2],
    ['autocommit', null],
    ['wait_timeout', 'soon', 'wrong_variable_type'],
    ['wait_timeout', '1.5', 'wrong_variable_type'],
    ['wait_timeout', '', 'wrong_variable_type'],
    ['long_query_time', 'NaN', 'wrong_variable_type'],
    ['transaction_isolation', 'SNAPSHOT'],
  ];
  for (const [name, value, kind = 'wrong_variable_value'] of bad) {
    it(`refuse ${String(value)} as ${name}`, () => assert.throws(() => session.set(name, value), { kind }));
  }
});

describe('SHOW VARIABLES prints', () => {
  const cases: readonly (readonly [string, Cell, string])[] = [
    ['autocommit', 1, 'ON'],
    ['autocommit', 0, 'OFF'],
    ['port', 9030, '9030'],
    ['secure_file_priv', null, ''],
  ];
  for (const [name, value, expected] of cases) {
    it(`${String(value)} of ${name} as '${expected}'`, () => {
      const variable = global.find(name);
      assert.ok(variable);
      assert.equal(shownValue(variable, value), expected);
    });
  }
});

describe('the modes and the zone of a session', () => {
  it('are read when they are set', () => {
    session.set('sql_mode', 'no_zero_date,ANSI_QUOTES,NO_ZERO_DATE');
    assert.equal(session.get('sql_mode'), 'ANSI_QUOTES,NO_ZERO_DATE');
    session.set('time_zone', 'Europe/Berlin');
    assert.equal(session.get('time_zone'), 'Europe/Berlin');
  });

  it('refuse what is none', () => {
    assert.throws(() => session.set('sql_mode', 'ANSI,nonsense'), {
      kind: 'wrong_variable_value',
      message: "Variable 'sql_mode' can't be set to the value of 'NONSENSE'",
    });
    assert.throws(() => session.set('time_zone', 'Mars/Base'), {
      kind: 'unknown_time_zone',
      message: "Unknown or incorrect time zone: 'Mars/Base'",
    });
  });
});
