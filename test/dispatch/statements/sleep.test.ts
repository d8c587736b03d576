import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectRows } from '../../../src/base/cells.ts';
import { readSleep, sleep } from '../../../src/dispatch/statements/sleep.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('SELECT SLEEP', () => {
  const cases: readonly (readonly [string, { seconds: string; name: string } | undefined])[] = [
    ['SELECT SLEEP(5)', { seconds: '5', name: 'SLEEP(5)' }],
    ['select sleep( (1) + 1 ) AS s;', { seconds: ' (1) + 1 ', name: 's' }],
    ['SELECT SLEEP(1), 2', undefined],
    ['SELECT SLEEP(1) FROM t', undefined],
    ['SELECT SLEEP(1', undefined],
    ['SELECT 1', undefined],
  ];
  for (const [text, expected] of cases) {
    it(text, () => assert.deepEqual(readSleep(tokenize(text), text), expected));
  }

  const nap = { seconds: '5', name: 's' };

  it('waits for its time and answers 0', async () => {
    const clock = new ManualClock();
    const asleep = sleep(nap, '2.5', clock, new AbortController().signal);
    clock.advance(2_500);
    const answer = await asleep;
    assert.ok(answer.kind === 'rows');
    assert.deepEqual(await collectRows(answer.result, 2), [[0]]);
  });

  it('ends at once when the statement is interrupted', async () => {
    const controller = new AbortController();
    const asleep = sleep(nap, 100, new ManualClock(), controller.signal);
    controller.abort();
    await assert.rejects(asleep, { kind: 'query_interrupted' });
  });

  for (const seconds of [null, -1, 'x']) {
    it(`refuses ${seconds}`, async () => {
      const asleep = sleep(nap, seconds, new ManualClock(), new AbortController().signal);
      await assert.rejects(asleep, { kind: 'execute_arguments' });
    });
  }
});
