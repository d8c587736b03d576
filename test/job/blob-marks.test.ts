import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { BlobMarks } from '../../src/job/blob-marks.ts';
import { MemoryStore } from '../../src/metastore/memory-store.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';
import { ManualClock } from '../support/manual-clock.ts';

const none = new AbortController().signal;
const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const nothing = async (): Promise<void> => {};

describe('marks of blobs', () => {
  it('last, and belong to their repository', async () => {
    const { marks, again } = await world();
    await marks.add('r', [b, a, a], 'root');
    await marks.add('s', [c], 'root');
    const known = await again();
    assert.deepEqual(known.repositories().toSorted(), ['r', 's']);
    assert.deepEqual(
      known.of('r').map(({ state, hashes }) => [state, [...hashes]]),
      [['marked', [a, b]]],
    );
  });

  it('lose what somebody counts on, who hears of it first', async () => {
    const { marks } = await world();
    await marks.add('r', [a, b], 'root');
    const noted: string[] = [];
    const take = (sha256: string): Promise<void> =>
      marks.takeOut({ repository: 'r', sha256 }, 'job 1', async () => void noted.push(sha256), none);
    await take(c);
    await take(a);
    assert.deepEqual(noted, [a]);
    assert.deepEqual(
      marks.of('r').map(({ hashes }) => [...hashes]),
      [[b]],
    );
    await take(b);
    assert.deepEqual(marks.of('r'), []);
  });

  it('keep whoever needs a blob waiting while it is being deleted', async () => {
    const { marks } = await world();
    await marks.add('r', [a], 'root');
    const [mark] = marks.of('r');
    assert.ok(mark);
    await marks.begin(mark, new Set([a]), 'sweep');
    let isTaken = false;
    const taken = marks.takeOut({ repository: 'r', sha256: a }, 'job 1', nothing, none);
    const done = taken.then(() => (isTaken = true));
    await Promise.resolve();
    assert.equal(isTaken, false);
    await marks.end(mark, 'sweep');
    await done;
  });

  it('stop waiting when the job is cancelled', async () => {
    const { marks } = await world();
    await marks.add('r', [a], 'root');
    const [mark] = marks.of('r');
    assert.ok(mark);
    await marks.begin(mark, new Set([a]), 'sweep');
    const controller = new AbortController();
    const taken = marks.takeOut({ repository: 'r', sha256: a }, 'job 1', nothing, controller.signal);
    controller.abort(new Error('cancelled'));
    await assert.rejects(taken, /cancelled/);
  });

  it('delete nothing that was taken out since they were read', async () => {
    const { marks } = await world();
    await marks.add('r', [a, b, c], 'root');
    const [mark] = marks.of('r');
    assert.ok(mark);
    await marks.takeOut({ repository: 'r', sha256: a }, 'job 1', nothing, none);
    const begun = await marks.begin(mark, new Set([a, b]), 'sweep');
    assert.deepEqual([...(begun?.hashes ?? [])], [b]);
    assert.equal(await marks.begin(mark, new Set(), 'sweep'), undefined);
  });
});

async function world(): Promise<Readonly<{ marks: BlobMarks; again: () => Promise<BlobMarks> }>> {
  const store = new MemoryStore();
  const again = async (): Promise<BlobMarks> =>
    new BlobMarks(await startMetastore(store, { instance: 'a:1', clock: new ManualClock(), log: silentLog }));
  return { marks: await again(), again };
}
