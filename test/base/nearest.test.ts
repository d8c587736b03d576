import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearestName } from '../../src/base/nearest.ts';

const names = ['upload_worker_count', 'download_worker_count', 'listen', 'role'];

describe('the nearest name', () => {
  const cases = [
    { name: 'upload_workers_count', nearest: 'upload_worker_count' },
    { name: 'LISTEN', nearest: 'listen' },
    { name: 'lisen', nearest: 'listen' },
    { name: 'rolle', nearest: 'role' },
    { name: 'colour', nearest: undefined },
    { name: '', nearest: undefined },
    { name: 'x'.repeat(10_000), nearest: undefined },
  ];
  for (const { name, nearest } of cases) {
    it(`of '${name.slice(0, 30)}' is ${nearest ?? 'none'}`, () =>
      assert.equal(nearestName(name, names), nearest));
  }
});
