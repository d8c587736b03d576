import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeRoom } from '../../src/base/make-room.ts';

describe('room for one more', () => {
  const cases: readonly (readonly [kept: readonly string[], countMax: number, left: readonly string[]])[] = [
    [[], 2, []],
    [['a'], 2, ['a']],
    [['a', 'b'], 2, ['b']],
    [['a', 'b', 'c', 'd'], 2, ['d']],
  ];
  for (const [kept, countMax, left] of cases) {
    it(`among ${countMax} with '${kept.join(' ')}' there leaves '${left.join(' ')}'`, () => {
      const set = new Set(kept);
      makeRoom(set, countMax);
      assert.deepEqual([...set], left);
      const map = new Map(kept.map((key) => [key, 1]));
      makeRoom(map, countMax);
      assert.deepEqual([...map.keys()], left);
    });
  }
});
