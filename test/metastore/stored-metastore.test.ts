import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { jsonLog, silentLog } from '../../src/base/log.ts';
import { MemoryStore, memoryDisk } from '../../src/metastore/memory-store.ts';
import { startMetastore, type MetastoreOptions } from '../../src/metastore/stored-metastore.ts';

const signal = new AbortController().signal;
const unit = { project: 'p', operator: 'root' };
const options: MetastoreOptions = { instance: 'node:9030', clock: systemClock, log: silentLog };

describe('the metastore', () => {
  it('starts with what the store holds, frozen', async () => {
    const disk = memoryDisk();
    {
      await using first = await startMetastore(new MemoryStore(disk), options);
      await first.write(unit, (sandbox) => sandbox.put('/p/t/a', { list: [1] }));
    }
    await using metastore = await startMetastore(new MemoryStore(disk), options);
    const content = metastore.get('/p/t/a')?.content;
    assert.deepEqual(content, { list: [1] });
    assert.ok(Object.isFrozen(content));
  });

  it('does not start over content that is not JSON, and names its key', async () => {
    const disk = memoryDisk();
    disk.resources.set('/p/t/a', { key: '/p/t/a', content: '{', mvcc: 0, modifiedAt: 0 });
    await assert.rejects(startMetastore(new MemoryStore(disk), options), {
      kind: 'corrupt',
      message: "the content of '/p/t/a' in the metastore is not JSON",
    });
  });

  it('tells listeners the keys of each commit, until they are disposed', async () => {
    await using metastore = await startMetastore(new MemoryStore(), options);
    const heard: (readonly string[])[] = [];
    {
      using _listener = metastore.onCommit((keys) => {
        assert.equal(metastore.get('/p/t/a')?.mvcc, 0);
        heard.push(keys);
      });
      await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
      await metastore.write(unit, () => {});
    }
    await metastore.write(unit, (sandbox) => sandbox.delete('/p/t/a'));
    assert.deepEqual(heard, [['/p/t/a']]);
  });

  it('keeps a commit whose listener fails, and tells the operator', async () => {
    const lines: string[] = [];
    const log = jsonLog(
      'error',
      (line) => void lines.push(line),
      () => 0,
    );
    await using metastore = await startMetastore(new MemoryStore(), { ...options, log });
    metastore.onCommit(() => {
      throw new Error('listener');
    });
    await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
    assert.ok(metastore.get('/p/t/a'));
    assert.match(lines.join(''), /metastore_listener_failed.*Error: listener/);
  });

  it('has who did what, when and where in its audit log', async () => {
    const clock = { ...systemClock, now: (): number => 5_000 };
    await using metastore = await startMetastore(new MemoryStore(), {
      ...options,
      clock,
      newUnitId: () => 'u',
    });
    await metastore.write({ project: 'p', operator: 'job 17' }, (sandbox) => sandbox.put('/p/t/a', { v: 1 }));
    await metastore.write(unit, (sandbox) => sandbox.delete('/p/t/a'));
    const facts = { key: '/p/t/a', at: 5_000, unitId: 'u', instance: 'node:9030' };
    assert.deepEqual(await metastore.audit(0, 10, signal), [
      { id: 1, ...facts, content: { v: 1 }, mvcc: 0, operator: 'job 17' },
      { id: 2, ...facts, content: undefined, mvcc: undefined, operator: 'root' },
    ]);
  });

  it('finishes the units it has and refuses new ones when it is closed', async () => {
    const disk = memoryDisk();
    const metastore = await startMetastore(new MemoryStore(disk), options);
    const last = metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
    await metastore[Symbol.asyncDispose]();
    await last;
    assert.equal(disk.resources.size, 1);
    await assert.rejects(
      metastore.write(unit, () => {}),
      { kind: 'unavailable', message: 'the metastore is closed' },
    );
  });
});
