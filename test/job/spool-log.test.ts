import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SpoolLog } from '../../src/job/spool-log.ts';
import { memoryFiles, type MemoryFolder } from '../support/memory-files.ts';

/** A log whose writes wait until they are let go, one after another. */
function gatedLog(): { log: SpoolLog; writes: PromiseWithResolvers<void>[] } {
  const folder: MemoryFolder = new Map();
  const files = memoryFiles(folder);
  const writes: PromiseWithResolvers<void>[] = [];
  const append = async (path: string, bytes: Uint8Array): Promise<void> => {
    const gate = Promise.withResolvers<void>();
    writes.push(gate);
    await gate.promise;
    await files.append(path, bytes);
  };
  return { log: new SpoolLog({ ...files, append }, '/staging/a.log'), writes };
}

/** Everything that is ready to go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a log of the spool', () => {
  it('writes together what comes while the disk is busy', async () => {
    const { log, writes } = gatedLog();
    const first = log.add(['a']);
    await settled();
    const others = [log.add(['b']), log.add(['c', 'd'])];
    await settled();
    assert.equal(writes.length, 1);
    writes[0]?.resolve();
    await first;
    await settled();
    assert.equal(writes.length, 2);
    writes[1]?.resolve();
    await Promise.all(others);
    assert.deepEqual(await log.read(), ['a', 'b', 'c', 'd']);
  });

  it('tells those whose lines were in a write that failed, and goes on', async () => {
    const { log, writes } = gatedLog();
    const first = log.add(['a']);
    await settled();
    const second = log.add(['b']);
    writes[0]?.reject(new Error('no space left'));
    await assert.rejects(first, /no space left/);
    await settled();
    writes[1]?.resolve();
    await second;
    assert.deepEqual(await log.read(), ['b']);
  });

  it('has no lines before the first', async () => {
    assert.deepEqual(await gatedLog().log.read(), []);
  });
});
