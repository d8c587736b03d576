import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { MemorySharedStore, sharedDisk } from '../../src/metastore/memory-shared-store.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { NotOwnerError, type Ownership, soleOwnership } from '../../src/metastore/ownership.ts';
import { type QuestionParts, Questions } from '../../src/metastore/questions.ts';
import { until } from '../support/until.ts';

const signal = new AbortController().signal;

describe('questions between nodes', () => {
  it('are answered by the owner, once, and leave nothing behind', async () => {
    const { store, questions } = world();
    const owner = questions('owner');
    const [asked, other] = [questions('asker', notOwner), questions('other', notOwner)];
    const answer = asked.ask('p', 'what', signal);
    let runs = 0;
    const answerer = async (body: string): Promise<string> => `${body}: answer ${++runs}`;
    for (let round = 0; round < 3; round++) {
      await other.serve(answerer);
      await owner.serve(answerer);
    }
    assert.equal(await answer, 'what: answer 1');
    assert.deepEqual(await store.questions(60_000, 10), []);
    assert.equal(await store.question(1), undefined);
  });

  it('are answered by an owner that knows what was written before, and wait for it', async () => {
    const { questions } = world();
    const asked = questions('asker', notOwner);
    const steps: string[] = [];
    let isDown = true;
    const owner = questions('owner', soleOwnership, {
      catchUp: async () => {
        steps.push(isDown ? 'away' : 'caught up');
        if (isDown) throw new MetastoreError('unavailable', 'the store is away');
      },
    });
    const answerer = async (): Promise<string> => {
      steps.push('answered');
      return 'done';
    };
    const answer = asked.ask('p', 'what', signal);
    await until('a look in vain', async () => {
      await owner.serve(answerer);
      return steps.includes('away') || undefined;
    });
    isDown = false;
    await until('an answer', async () => {
      await owner.serve(answerer);
      return steps.includes('answered') || undefined;
    });
    assert.equal(await answer, 'done');
    assert.deepEqual(steps.slice(steps.indexOf('caught up')), ['caught up', 'answered']);
  });

  it('that nobody takes were not run, and nobody takes them later', async () => {
    const { questions, store } = world();
    const asked = questions('asker', notOwner, { takeMsMax: 30 });
    await assert.rejects(() => asked.ask('p', 'what', signal), isAway(/nothing was done/));
    assert.deepEqual(await store.questions(60_000, 10), []);
  });

  it('are taken back when whoever asked has gone', async () => {
    const { questions, store } = world();
    const gone = new AbortController();
    const answer = questions('asker', notOwner).ask('p', 'what', gone.signal);
    gone.abort(new Error('gone'));
    await assert.rejects(answer, /gone/);
    assert.deepEqual(await store.questions(60_000, 10), []);
  });

  it('whose owner was lost fail, since nobody knows what it did', async () => {
    const { questions, store } = world();
    const wish = { project: 'p', node: 'owner', folder: 'f', timeoutMs: 0, isHome: false };
    const epoch = await store.claim(wish);
    const answer = questions('asker', notOwner).ask('p', 'what', signal);
    answer.catch(() => undefined);
    const id = (await store.questions(60_000, 10))[0]?.id ?? 0;
    await store.take(id, 'owner', epoch ?? 0);
    await store.claim({ ...wish, node: 'next' });
    await assert.rejects(answer, isAway(/look whether it was done/));
  });
});

const notOwner: Ownership = {
  ...soleOwnership,
  holds: () => false,
  require: async (project) => {
    throw new NotOwnerError({ project, owner: 'owner', isBound: false });
  },
};

function isAway(text: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof MetastoreError && error.kind === 'unavailable' && text.test(error.message);
}

function world(): Readonly<{
  store: MemorySharedStore;
  questions: (node: string, ownership?: Ownership, more?: Partial<QuestionParts>) => Questions;
}> {
  const store = new MemorySharedStore(sharedDisk(() => Date.now()));
  const parts = {
    store,
    clock: systemClock,
    log: silentLog,
    catchUp: async () => undefined,
    takeMsMax: 60_000,
  };
  const questions = (node: string, ownership = soleOwnership, more: Partial<QuestionParts> = {}): Questions =>
    new Questions({ ...parts, ownership, node, ...more });
  return { store, questions };
}
