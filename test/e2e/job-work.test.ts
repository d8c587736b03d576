import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkOneAtATime, workOf } from '../support/job-work.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

type Said = Readonly<{ ms: number; event: 'begun' | 'ended' }>;

function worked(from: number, to: number): readonly Said[] {
  return [
    { ms: from, event: 'begun' },
    { ms: to, event: 'ended' },
  ];
}

/** What the tests of nodes look at is known to see what it is there for. */
describe('the check that no job runs on two nodes at once', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const logs = (said: Readonly<Record<string, readonly Said[]>>): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(said).map(([node, lines]) => {
        const file = path.join(folder.path, node);
        const texts = lines.map(({ ms, event }) =>
          JSON.stringify({
            time: new Date(ms).toISOString(),
            event: `job_effect_${event}`,
            job: '7',
            effect: 'upload',
          }),
        );
        writeFileSync(file, `${texts.join('\n')}\n`);
        return [node, file];
      }),
    );

  it('takes one node after another', () => {
    const work = workOf(logs({ a: worked(0, 10), b: worked(10, 20) }), []);
    assert.deepEqual([...checkOneAtATime(work)], [['7', 2]]);
  });

  it('refuses a node that begins before another has ended', () => {
    const work = workOf(logs({ a: worked(0, 10), b: worked(9, 20) }), []);
    assert.throws(() => checkOneAtATime(work), /job 7 ran on two nodes at once/);
  });

  it('refuses a node that begins while another one never ended', () => {
    const said = logs({ a: [{ ms: 0, event: 'begun' }], b: [{ ms: 50, event: 'begun' }] });
    assert.throws(() => checkOneAtATime(workOf(said, [])), /job 7 ran on two nodes at once/);
    assert.throws(
      () => checkOneAtATime(workOf(said, [{ node: 'a', at: 60 }])),
      /job 7 ran on two nodes at once/,
      'it was killed too late',
    );
    checkOneAtATime(workOf(said, [{ node: 'a', at: 40 }]));
  });
});
