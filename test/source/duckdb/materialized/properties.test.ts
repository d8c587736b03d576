import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkViewProperties } from '../../../../src/source/duckdb/materialized/properties.ts';

describe('properties of a materialized view', () => {
  it('are those of StarRocks, whatever their case, and variables of the session', () => {
    const properties = [
      ['replication_num', '1'],
      ['Partition_TTL_Number', '3'],
      ['session.query_timeout', '60'],
    ] as const;
    checkViewProperties(properties, 'Modify failed');
  });

  it('are refused together where StarRocks does not know them', () => {
    const properties = [
      ['replicaton_num', '1'],
      ['replication_num', '1'],
      ['session', 'x'],
    ] as const;
    assert.throws(() => checkViewProperties(properties, 'Modify failed'), {
      kind: 'analysis',
      message: 'Modify failed because unknown properties: {replicaton_num=1, session=x}',
    });
  });
});
