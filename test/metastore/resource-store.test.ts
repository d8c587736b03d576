import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Resource } from '../../src/metastore/metastore.ts';
import { ResourceStore } from '../../src/metastore/resource-store.ts';

const resource = (key: string, mvcc = 0): Resource => ({ key, content: null, mvcc, modifiedAt: 0 });

describe('the committed state', () => {
  it('lists by prefix in key order, however keys came', () => {
    const store = new ResourceStore();
    store.load(['/b/1', '/a/2'].map((key) => resource(key)));
    for (const key of ['/a/1', '/a0', '/c', '/a/10']) store.put(resource(key));
    store.put(resource('/a/1', 1));
    store.delete('/b/1');
    store.delete('/missing');
    const keys = (prefix: string): readonly string[] => store.list(prefix).map((found) => found.key);
    assert.deepEqual(keys('/a/'), ['/a/1', '/a/10', '/a/2']);
    assert.deepEqual(keys(''), ['/a/1', '/a/10', '/a/2', '/a0', '/c']);
    assert.deepEqual(keys('/b'), []);
    assert.equal(store.get('/a/1')?.mvcc, 1);
  });

  it('answers as a plain filter over everything would', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~'), maxLength: 5 });
    const change = fc.record({ key, kind: fc.constantFrom('put', 'delete') });
    fc.assert(
      fc.property(fc.array(change), key, (changes, prefix) => {
        const store = new ResourceStore();
        const model = new Set<string>();
        for (const { key, kind } of changes) {
          if (kind === 'put') store.put(resource(key));
          else store.delete(key);
          if (kind === 'put') model.add(key);
          else model.delete(key);
        }
        const expected = [...model].filter((key) => key.startsWith(prefix)).toSorted();
        assert.deepEqual(
          store.list(prefix).map((found) => found.key),
          expected,
        );
      }),
    );
  });
});
