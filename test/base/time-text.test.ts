import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timeText } from '../../src/base/time-text.ts';

describe('a time in SHOW', () => {
  it('is of the server’s zone, to the second', () => {
    assert.equal(timeText(new Date(2026, 0, 2, 3, 4, 5, 999).getTime()), '2026-01-02 03:04:05');
  });

  it('is NULL until it has come', () => {
    assert.equal(timeText(undefined), null);
  });
});
