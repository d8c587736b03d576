import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  keyBytesMax,
  parseKey,
  projectOf,
  projectPrefix,
  resourceKey,
  typePrefix,
} from '../../src/metastore/key.ts';

describe('a resource key', () => {
  const cases = [
    { parts: ['_global', 'repository', 'nightly'], key: '/_global/repository/nightly' },
    { parts: ['default_catalog.shop', 'job', '17'], key: '/default_catalog.shop/job/17' },
    { parts: ['p', 'account', "o'hara@%"], key: '/p/account/o%27hara%40%25' },
    { parts: ['p', 't', 'a/b'], key: '/p/t/a%2Fb' },
    { parts: ['p', 't', '..'], key: '/p/t/%2E%2E' },
    { parts: ['p', 't', 'größe'], key: '/p/t/gr%C3%B6%C3%9Fe' },
    { parts: ['p', 't', 'raw \udcff byte'], key: '/p/t/raw%20%FF%20byte' },
  ] as const;
  for (const { parts, key } of cases) {
    it(`is ${key}`, () => {
      const [project, type, name] = parts;
      assert.equal(resourceKey(project, type, name), key);
      assert.deepEqual(parseKey(key), { project, type, name });
      assert.ok(key.startsWith(typePrefix(project, type)));
    });
  }

  it('gives back any parts', () => {
    const part = fc
      .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
      .filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(part, part, part, (project, type, name) => {
        assert.deepEqual(parseKey(resourceKey(project, type, name)), { project, type, name });
      }),
    );
  });

  it('has no prefix in common with the keys of a project whose name begins alike', () => {
    const other = resourceKey(projectOf('c', 'shop1'), 't', 'n');
    assert.equal(other.startsWith(projectPrefix(projectOf('c', 'shop'))), false);
  });

  it('refuses empty parts and names that are too long', () => {
    assert.throws(() => resourceKey('p', '', 'n'), { name: 'AssertionError' });
    assert.throws(() => resourceKey('p', 't', 'x'.repeat(keyBytesMax)), { name: 'AssertionError' });
  });

  for (const text of [
    '',
    '/',
    '/p/t',
    '/p/t/n/x',
    'p/t/n',
    '/p//n',
    '/p/t/%zz',
    '/p/t/%2e',
    '/p/t/a b',
    '/p/t/..',
  ]) {
    it(`is not '${text}'`, () => assert.equal(parseKey(text), undefined));
  }
});
