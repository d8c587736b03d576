import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jobId } from '../../src/job/job-id.ts';
import type { BackupPlan } from '../../src/job/plan.ts';
import { Spool } from '../../src/job/spool.ts';
import { fakeDefinition } from '../support/fake-source.ts';
import { memoryFiles, type MemoryFolder } from '../support/memory-files.ts';

const hash = 'a'.repeat(64);
const plan: BackupPlan = {
  takenAt: 1,
  catalog: { kind: 'duckdb', version: '1' },
  position: { gtid: 'x' },
  warnings: [],
  objects: [
    {
      kind: 'TABLE',
      name: 't',
      ddl: 'CREATE TABLE t',
      definition: { ...fakeDefinition('t', ['p']), options: { autoIncrement: 2n ** 63n, other: [] } },
      columns: [],
      key: ['id'],
      partitions: ['p'],
    },
    { kind: 'VIEW', name: 'v', ddl: 'CREATE VIEW v', dependsOn: ['t'] },
  ],
  units: [{ table: 't', partition: 'p', ranges: [{ kind: 'all' }] }],
};
const result = { rows: 1, bounds: [{ column: 'id', nulls: 0, min: '1' }], bytes: 5, sha256: hash };
const sum = { rows: 1, algorithm: 'a', value: '7' };

function spool(): { spool: Spool; folder: MemoryFolder } {
  const folder: MemoryFolder = new Map();
  return { spool: new Spool(memoryFiles(folder), '/staging', jobId(7n)), folder };
}

describe('a spool', () => {
  it('reads back what it wrote', async () => {
    const { spool: own } = spool();
    await own.writePlan(plan);
    await own.addResult(3, result);
    await own.addChecksums(new Map([[0, sum]]));
    assert.deepEqual(await own.readPlan(), plan);
    assert.deepEqual([...(await own.readResults())], [[3, result]]);
    assert.deepEqual([...(await own.readChecksums())], [[0, sum]]);
  });

  it('takes a file that is cut or damaged for missing', async () => {
    const { spool: own, folder } = spool();
    folder.set('/staging/7/plan.json', Buffer.from('{"takenAt":1,"cat'));
    assert.equal(await own.readPlan(), undefined);
    folder.set('/staging/7/plan.json', Buffer.from('{"takenAt":"one"}'));
    assert.equal(await own.readPlan(), undefined);
  });

  it('takes a line that is cut or damaged for missing, and no other', async () => {
    const { spool: own, folder } = spool();
    await own.addResult(1, result);
    const log = '/staging/7/results.log';
    const whole = Buffer.from(folder.get(log) ?? []).toString();
    folder.set(log, Buffer.from(`${whole}\n{"number":2,"value":{"rows":"one"}}\n${whole.slice(0, -9)}`));
    await own.addResult(3, result);
    assert.deepEqual([...(await own.readResults()).keys()], [1, 3]);
  });

  it('forgets a read, but not which blobs were put', async () => {
    const { spool: own } = spool();
    await own.writePlan(plan);
    await own.addResult(1, result);
    await own.addIntent(hash);
    await own.clear();
    assert.equal(await own.readPlan(), undefined);
    assert.equal((await own.readResults()).size, 0);
    assert.deepEqual([...(await own.readIntents())], [hash]);
  });

  const logs: readonly Readonly<{ name: string; loaded: string; numbers: readonly number[] }>[] = [
    { name: 'whole', loaded: '\n1;\n\n12;\n', numbers: [1, 12] },
    { name: 'cut at its end', loaded: '\n1;\n\n12', numbers: [1] },
    { name: 'cut and continued', loaded: '\n1;\n\n1\n3;\n', numbers: [1, 3] },
    { name: 'doubled', loaded: '\n1;\n\n1;\n', numbers: [1] },
    { name: 'empty', loaded: '', numbers: [] },
  ];
  for (const { name, loaded, numbers } of logs) {
    it(`reads a log that is ${name}`, async () => {
      const { spool: own, folder } = spool();
      folder.set('/staging/7/loaded.log', Buffer.from(loaded));
      assert.deepEqual([...(await own.readLoaded())], numbers);
    });
  }

  it('is gone when it is removed', async () => {
    const { spool: own, folder } = spool();
    await own.writePlan(plan);
    await own.addLoaded([1]);
    await own.remove();
    assert.equal(folder.size, 0);
  });
});
