import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GlobalVariables, SessionVariables, shownValue } from '../../src/catalog/session-variables.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import { globalVariables } from './support.ts';

function servers(): GlobalVariables {
  return new GlobalVariables(
    variablesOf({
      serverVersion: '8.0.36',
      port: 1,
      hostname: 'h',
      dataFolder: '/d',
      serverUuid: 'u',
      hasTls: false,
      maxAllowedPacket: 1_024,
      maxConnections: 1,
      waitTimeoutSeconds: 60,
      requireSecureTransport: false,
    }),
  );
}

describe('SessionVariables', () => {
  it('reads the session’s value, then the server’s, in any case and scope', () => {
    const global = servers();
    const variables = new SessionVariables(global);
    assert.equal(variables.get('WAIT_TIMEOUT'), 60);
    variables.set('wait_timeout', 5);
    assert.equal(variables.get('session.wait_timeout'), 5);
    assert.equal(variables.get('global.wait_timeout'), 60);
    global.set('wait_timeout', 7);
    assert.equal(new SessionVariables(global).get('wait_timeout'), 7);
    variables.set('wait_timeout', undefined);
    assert.equal(variables.get('wait_timeout'), 7);
  });

  it('says false to a variable of another server, so that the client gets a warning', () => {
    assert.equal(new SessionVariables(servers()).set('aria_group_commit', 1), false);
    assert.equal(new SessionVariables(servers()).get('aria_group_commit'), undefined);
  });

  const refused: readonly (readonly [
    name: string,
    value: string | number | null,
    kind: string,
    message: string,
  ])[] = [
    ['version', 'x', 'read_only_variable', "Variable 'version' is a read only variable"],
    [
      'autocommit',
      'maybe',
      'wrong_variable_value',
      "Variable 'autocommit' can't be set to the value of 'MAYBE'",
    ],
    ['wait_timeout', 'soon', 'wrong_variable_value', "Incorrect argument type to variable 'wait_timeout'"],
    [
      'transaction_isolation',
      'x',
      'wrong_variable_value',
      "Variable 'transaction_isolation' can't be set to the value of 'x'",
    ],
    ['sql_mode', null, 'wrong_variable_value', "Variable 'sql_mode' can't be set to the value of 'NULL'"],
  ];
  for (const [name, value, kind, message] of refused) {
    it(`refuses ${name} = ${value}`, () => {
      assert.throws(() => new SessionVariables(servers()).set(name, value), { kind, message });
    });
  }

  it('reads flags as MySQL does and shows them as ON and OFF', () => {
    const variables = new SessionVariables(servers());
    for (const [value, isOn] of [
      ['off', false],
      [1, true],
      ['TRUE', true],
      [0, false],
    ] as const) {
      variables.set('autocommit', value);
      assert.equal(variables.isOn('autocommit'), isOn);
    }
    const flag = globalVariables.find('autocommit');
    assert.ok(flag);
    assert.deepEqual([shownValue(flag, 1), shownValue(flag, 0), shownValue(flag, null)], ['ON', 'OFF', '']);
  });

  it('clamps numbers to their bounds', () => {
    const variables = new SessionVariables(servers());
    variables.set('profiling_history_size', 1_000);
    assert.equal(variables.get('profiling_history_size'), 100);
    variables.set('sql_select_limit', '18446744073709551615');
    assert.equal(variables.get('sql_select_limit'), 18_446_744_073_709_551_615n);
  });

  it('takes the old names of three variables for the new ones', () => {
    const variables = new SessionVariables(servers());
    variables.set('tx_isolation', 'read-committed');
    assert.equal(variables.get('transaction_isolation'), 'READ-COMMITTED');
  });

  it('lets character_set_results be NULL', () => {
    const variables = new SessionVariables(servers());
    variables.set('character_set_results', null);
    assert.equal(variables.get('character_set_results'), null);
  });

  it('asks the session for what only it knows, until a client sets it', () => {
    const facts = { lastInsertId: () => 7n, warningCount: () => 2, errorCount: () => 1, now: () => 1_500 };
    const variables = new SessionVariables(servers(), facts);
    const read = () =>
      ['last_insert_id', 'identity', 'warning_count', 'error_count', 'timestamp'].map((name) =>
        variables.get(name),
      );
    assert.deepEqual(read(), [7n, 7n, 2, 1, 1.5]);
    variables.set('timestamp', 99);
    assert.equal(variables.get('timestamp'), 99);
    variables.reset();
    assert.deepEqual(read(), [7n, 7n, 2, 1, 1.5]);
    assert.equal(new SessionVariables(servers()).get('warning_count'), 0);
  });
});
