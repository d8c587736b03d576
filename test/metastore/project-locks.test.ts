import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProjectLocks } from '../../src/metastore/project-locks.ts';

describe('the locks of projects', () => {
  it('run work of one project in order of arrival, also after a failure', async () => {
    const locks = new ProjectLocks();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = locks.run('p', async () => {
      await gate.promise;
      order.push('first');
      throw new Error('first failed');
    });
    const second = locks.run('p', async () => void order.push('second'));
    const other = locks.run('q', async () => void order.push('other'));
    await other;
    gate.resolve();
    await assert.rejects(first, { message: 'first failed' });
    await second;
    assert.deepEqual(order, ['other', 'first', 'second']);
  });

  it('are idle when all work has settled', async () => {
    const locks = new ProjectLocks();
    await locks.idle();
    let isDone = false;
    const work = locks.run('p', async () => {
      isDone = true;
      throw new Error('failed');
    });
    const failure = assert.rejects(work);
    await locks.idle();
    assert.ok(isDone);
    await failure;
  });
});
