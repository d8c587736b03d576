import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { variablesOf } from '../../src/catalog/variables.ts';
import { sampleFacts } from '../dispatch/world.ts';

const variables = variablesOf(sampleFacts);
const valueOf = (name: string): unknown => variables.get(name)?.default;

describe('the system variables', () => {
  it('have lower-case names under which they are found', () => {
    for (const [key, { name }] of variables) assert.deepEqual([key, key.toLowerCase()], [name, name]);
  });

  it('start with values that their own SET would take', () => {
    for (const { name, type, choices, min, max, default: value } of variables.values()) {
      if (choices !== undefined) assert.ok(choices.includes(String(value)), name);
      if (type === 'boolean') assert.ok(value === 0 || value === 1, name);
      if (min !== undefined) assert.ok(Number(value) >= min, name);
      if (max !== undefined) assert.ok(Number(value) <= max, name);
    }
  });

  it('tell what the server was started with', () => {
    assert.deepEqual(
      ['version', 'port', 'hostname', 'datadir', 'server_uuid', 'max_connections'].map(valueOf),
      ['8.0.36-test', 9030, 'test-host', '/data', 'test-uuid', 100],
    );
    assert.equal(valueOf('have_ssl'), 'YES');
    assert.equal(variablesOf({ ...sampleFacts, hasTls: false }).get('have_ssl')?.default, 'DISABLED');
  });

  it('have everything that drivers ask for at login', () => {
    // Connector/J 8, mysql-connector-python, DBeaver and the mysql client.
    const asked =
      `auto_increment_increment character_set_client character_set_connection character_set_results
      character_set_server collation_server collation_connection init_connect interactive_timeout license
      lower_case_table_names max_allowed_packet net_write_timeout performance_schema sql_mode system_time_zone
      time_zone transaction_isolation wait_timeout version_comment autocommit tx_isolation`.split(/\s+/);
    assert.deepEqual(
      asked.filter((name) => !variables.has(name)),
      [],
    );
  });
});
