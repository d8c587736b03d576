import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storageEngine } from '../../src/catalog/storage-engines.ts';

describe('names of storage engines', () => {
  for (const [name, expected] of [
    ['innodb', 'InnoDB'],
    ['olap', 'OLAP'],
    ['heap', 'MEMORY'],
    ['Merge', 'MRG_MYISAM'],
  ] as const) {
    it(`are MySQL's for ${name}`, () => assert.equal(storageEngine(name), expected));
  }

  it('are error 1286 where there is none', () =>
    assert.throws(() => storageEngine('rocks'), { kind: 'unknown_storage_engine' }));
});
