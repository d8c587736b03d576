import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsOf, isAtLeast } from '../../../src/source/mysql/server-facts.ts';

const cases = [
  {
    version: '10.11.14-MariaDB-0+deb12u2',
    comment: 'Debian 12',
    vendor: 'mariadb',
    numbers: [10, 11, 14],
    stage: true,
  },
  { version: '5.5.5-10.3.39-MariaDB', comment: '', vendor: 'mariadb', numbers: [10, 3, 39], stage: false },
  {
    version: '8.4.3',
    comment: 'MySQL Community Server - GPL',
    vendor: 'mysql',
    numbers: [8, 4, 3],
    stage: false,
  },
  {
    version: '8.0.11-TiDB-v7.5.1',
    comment: 'TiDB Server',
    vendor: 'tidb',
    numbers: [8, 0, 11],
    stage: false,
  },
  {
    version: '8.0.33',
    comment: 'StarRocks version 3.3.0',
    vendor: 'starrocks',
    numbers: [8, 0, 33],
    stage: false,
  },
  {
    version: '5.7.99',
    comment: 'Doris version doris-2.1.0',
    vendor: 'doris',
    numbers: [5, 7, 99],
    stage: false,
  },
] as const;

describe('the facts of a server', () => {
  for (const { version, comment, vendor, numbers, stage } of cases) {
    it(`tell ${vendor} by '${version}' and '${comment}'`, () => {
      const facts = factsOf(version, new Map([['version_comment', comment]]));
      assert.equal(facts.vendor, vendor);
      assert.deepEqual(facts.numbers, numbers);
      assert.equal(facts.hasBackupStage, stage);
      assert.equal(facts.hasGlobalLock, vendor === 'mariadb' || vendor === 'mysql');
    });
  }

  it('compare versions part by part', () => {
    assert.equal(isAtLeast([10, 11], [10, 4, 1]), true);
    assert.equal(isAtLeast([10, 4], [10, 4, 1]), false);
    assert.equal(isAtLeast([8, 0, 33], [8, 0, 33]), true);
    assert.equal(isAtLeast([], [1]), false);
  });
});
