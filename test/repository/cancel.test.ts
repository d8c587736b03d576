import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCancelled, untilCancelled } from '../../src/repository/cancel.ts';
import { assertFails, calm } from '../conformance/blob-store/support.ts';

describe('cancelling', () => {
  it('keeps the reason as the cause', () => {
    const reason = new Error('the user cancelled');
    checkCancelled(calm, 'writing');
    assert.throws(() => checkCancelled(AbortSignal.abort(reason), 'writing'), {
      kind: 'cancelled',
      cause: reason,
    });
  });

  it('ends a wait for a source that hangs', async () => {
    const controller = new AbortController();
    const steps = untilCancelled(hangs(), controller.signal, 'reading');
    const first = await steps.next();
    assert.equal(first.value, 1);
    const second = steps.next();
    controller.abort();
    await assertFails('cancelled', second);
  });

  it('closes the source when its reader stops', async () => {
    let isClosed = false;
    const source = async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        isClosed = true;
      }
    };
    for await (const _step of untilCancelled(source(), calm, 'reading')) break;
    await new Promise(setImmediate);
    assert.ok(isClosed);
  });
});

async function* hangs(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => undefined);
}
