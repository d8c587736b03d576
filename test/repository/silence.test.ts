import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bytesPerSecondMin, silenceMsOf } from '../../src/repository/silence.ts';

it('gives a request the time that the slowest network needs for what a system takes of it at once', () => {
  const second = bytesPerSecondMin;
  assert.equal(silenceMsOf(0, 60_000), 60_000);
  assert.equal(silenceMsOf(10 * second, 60_000), 70_000);
  assert.equal(silenceMsOf(10 ** 12, 60_000), silenceMsOf(10 ** 13, 60_000));
});
