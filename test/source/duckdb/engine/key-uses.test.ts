import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestsMax, endedMax, KeyUses, type KeyUse } from '../../../../src/source/duckdb/engine/key-uses.ts';

const done = async (): Promise<void> => undefined;

/** What the first and the second of two transactions do, and whether both may commit. */
const pairs: readonly (readonly [string, (use: KeyUse) => void, (use: KeyUse) => void, boolean])[] = [
  ['a child and its parent', (use) => use.rely('k', ['1']), (use) => use.remove('k', ['1']), false],
  ['a parent and its child', (use) => use.remove('k', ['2', '1']), (use) => use.rely('k', ['1']), false],
  ['children of one parent', (use) => use.rely('k', ['1']), (use) => use.rely('k', ['1']), true],
  ['another parent', (use) => use.rely('k', ['1']), (use) => use.remove('k', ['2']), true],
  ['another key', (use) => use.rely('k', ['1']), (use) => use.remove('l', ['1']), true],
  ['all and one', (use) => use.rely('k', 'all'), (use) => use.remove('k', ['2']), false],
];

describe('keys that transactions rely on and take away', () => {
  for (const [what, first, second, isFree] of pairs) {
    it(`${isFree ? 'may' : 'must not'} be ${what} at once`, async () => {
      const uses = new KeyUses();
      using one = uses.begin();
      using other = uses.begin();
      first(one);
      second(other);
      await uses.commit(one, done);
      const committing = uses.commit(other, done);
      if (isFree) await committing;
      else await assert.rejects(committing, { kind: 'lock_deadlock' });
    });

    it(`are seen by whoever begins afterwards: ${what}`, async () => {
      const uses = new KeyUses();
      using _open = uses.begin();
      using one = uses.begin();
      first(one);
      await uses.commit(one, done);
      using other = uses.begin();
      second(other);
      await uses.commit(other, done);
    });
  }

  it('count while the first commit is under way, and not when it has failed', async () => {
    const uses = new KeyUses();
    using one = uses.begin();
    using other = uses.begin();
    one.rely('k', ['1']);
    other.remove('k', ['1']);
    const { promise, reject } = Promise.withResolvers<undefined>();
    const committing = uses.commit(one, async () => promise);
    await assert.rejects(uses.commit(other, done), { kind: 'lock_deadlock' });
    reject(new Error('disk full'));
    await assert.rejects(committing, /disk full/);
    await uses.commit(other, done);
  });

  it('are kept for a transaction that stays open, however many others end', async () => {
    const uses = new KeyUses();
    using waiting = uses.begin();
    for (let index = 0; index < 3 * endedMax; index++) {
      using one = uses.begin();
      one.rely(index % 2 === 0 ? 'k' : 'l', [String(index % 7)]);
      await uses.commit(one, done);
    }
    using other = uses.begin();
    other.remove('k', ['1']);
    await uses.commit(other, done);
    waiting.remove('k', ['1']);
    await assert.rejects(uses.commit(waiting, done), { kind: 'lock_deadlock' });
  });

  it('are all keys when there are too many', async () => {
    const uses = new KeyUses();
    using one = uses.begin();
    using other = uses.begin();
    one.rely(
      'k',
      Array.from({ length: digestsMax + 1 }, (_, index) => String(index)),
    );
    other.remove('k', ['none of them']);
    await uses.commit(one, done);
    await assert.rejects(uses.commit(other, done), { kind: 'lock_deadlock' });
  });
});
