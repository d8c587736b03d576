import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restoredDefinition } from '../../../../src/source/duckdb/restore/restored-definition.ts';
import type { RestoreOption } from '../../../../src/source/restoring.ts';
import type { TableDefinition } from '../../../../src/sql/ddl/definition.ts';
import { fakeDefinition } from '../../../support/fake-source.ts';

type Pairs = TableDefinition['properties'];

const snapshot: Pairs = [
  ['replication_num', '3'],
  ['colocate_with', 'theirs'],
  ['dynamic_partition.enable', 'true'],
];

const cases: readonly Readonly<{
  name: string;
  own?: Pairs;
  options?: readonly RestoreOption[];
  replicationNum?: number;
  existing?: Pairs;
  gives: string;
}>[] = [
  {
    name: 'loses its colocation and its schedule',
    gives: 'replication_num=3 dynamic_partition.enable=false',
  },
  {
    name: 'has the replicas that the statement wants',
    replicationNum: 1,
    gives: 'replication_num=1 dynamic_partition.enable=false',
  },
  {
    name: 'keeps what is reserved',
    replicationNum: 1,
    options: ['reserve_replica', 'reserve_colocate', 'reserve_dynamic_partition_enable'],
    gives: 'replication_num=3 colocate_with=theirs dynamic_partition.enable=true',
  },
  {
    name: 'stays in the group of the table it replaces',
    existing: [['colocate_with', 'ours']],
    gives: 'replication_num=3 colocate_with=ours dynamic_partition.enable=false',
  },
  { name: 'gets no property of StarRocks when it has none', own: [], replicationNum: 1, gives: '' },
];

describe('a restored table', () => {
  for (const { name, own = snapshot, options = [], replicationNum, existing, gives } of cases) {
    it(name, () => {
      const definition = { ...fakeDefinition('t'), properties: own };
      const table = { name: 't', target: 't', definition, ddl: '', columns: [] };
      const restored = restoredDefinition(definition, {
        table: replicationNum === undefined ? table : { ...table, replicationNum },
        options,
        existing: existing && { ...definition, properties: existing },
      });
      assert.equal(restored.properties.map((pair) => pair.join('=')).join(' '), gives);
    });
  }
});
