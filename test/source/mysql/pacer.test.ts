import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pacer } from '../../../src/source/mysql/pacer.ts';

describe('the pace of a reader', () => {
  it('never waits without a limit', () => {
    const pacer = new Pacer({});
    assert.equal(pacer.pauseMs(1_000_000, 1_000_000, 0), 0);
  });

  it('waits until rows and bytes are due', () => {
    const pacer = new Pacer({ rowsPerSecondMax: 100, bytesPerSecondMax: 10_000 });
    assert.equal(pacer.pauseMs(50, 1_000, 0), 500);
    assert.equal(pacer.pauseMs(50, 1_000, 500), 0);
    assert.equal(pacer.pauseMs(60, 18_000, 600), 1_400);
  });

  it('makes no pauses that are shorter than they are worth', () => {
    const pacer = new Pacer({ rowsPerSecondMax: 1_000 });
    assert.equal(pacer.pauseMs(4, 0, 0), 0);
    assert.equal(pacer.pauseMs(6, 0, 0), 6);
  });
});
