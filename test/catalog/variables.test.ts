import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { standingVariables } from '../../src/catalog/standing-variables.ts';
import { globalVariables } from './support.ts';

/** What connectors and tools read at login or in their dialogues. */
const asked = (
  'version version_comment version_compile_os version_compile_machine auto_increment_increment autocommit character_set_client ' +
  'character_set_connection character_set_results character_set_server character_set_database character_set_system ' +
  'collation_connection collation_server collation_database init_connect interactive_timeout wait_timeout net_write_timeout ' +
  'net_read_timeout net_buffer_length license lower_case_table_names lower_case_file_system max_allowed_packet max_connections ' +
  'max_execution_time performance_schema query_cache_size query_cache_type sql_mode sql_select_limit sql_safe_updates ' +
  'sql_auto_is_null sql_notes sql_quote_show_create time_zone system_time_zone tx_isolation transaction_isolation tx_read_only ' +
  'transaction_read_only default_storage_engine default_tmp_storage_engine storage_engine have_ssl have_compress hostname port ' +
  'socket datadir basedir protocol_version innodb_version group_concat_max_len foreign_key_checks unique_checks profiling ' +
  'lc_messages lc_time_names secure_file_priv local_infile log_bin read_only super_read_only gtid_mode server_id server_uuid ' +
  'session_track_schema explicit_defaults_for_timestamp last_insert_id identity timestamp warning_count error_count rand_seed1'
).split(' ');

describe('variablesOf', () => {
  for (const name of asked) {
    it(`knows ${name}`, () => {
      const variable = globalVariables.find(name);
      assert.ok(variable);
      assert.notEqual(globalVariables.get(name), undefined);
    });
  }

  it('keeps limits exact beyond 2^53', () => {
    assert.equal(globalVariables.get('sql_select_limit'), 18_446_744_073_709_551_615n);
  });

  it('has what nothing depends on with the default of MySQL, each once, and what a session may set in a session', () => {
    const values = ['innodb_page_size', 'binlog_checksum', 'connect_timeout', 'insert_id', 'gtid_executed'];
    assert.deepEqual(
      values.map((name) => globalVariables.get(name)),
      [16_384, 'CRC32', 10, 0, ''],
    );
    assert.equal(globalVariables.writable('cte_max_recursion_depth').globalOnly, false);
    assert.equal(globalVariables.writable('connect_timeout').globalOnly, true);
    const standing = standingVariables().map(({ name }) => name);
    assert.deepEqual(
      standing.filter((name) => globalVariables.find(name)?.readOnly),
      [],
    );
  });

  it('starts each with a value that its own SET would take', () => {
    for (const name of globalVariables.names()) {
      const variable = globalVariables.find(name);
      assert.ok(variable);
      const { type, choices, min = -Infinity, max = Infinity, default: value } = variable;
      if (choices !== undefined) assert.ok(choices.includes(String(value)), name);
      if (type === 'boolean') assert.ok(value === 0 || value === 1, name);
      if (typeof value === 'number') assert.ok(value >= min && value <= max, name);
    }
  });

  it('tells what the server was started with', () => {
    const names = ['version', 'port', 'hostname', 'datadir', 'server_uuid', 'max_connections', 'have_ssl'];
    assert.deepEqual(
      names.map((name) => globalVariables.get(name)),
      ['8.0.36-test', 9030, 'host', '/data', 'uuid', 100, 'YES'],
    );
  });
});
