import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkRelative,
  fileOf,
  keyOfFile,
  projectOfKey,
  typeOfKey,
} from '../../../src/metastore/kylin/keys.ts';
import { MetadataError } from '../../../src/metastore/kylin/metadata-error.ts';

describe('keys of metadata', () => {
  it('become files and come back', () => {
    const cases = [
      ['B', '/shop/table/DB.T.json', 'shop/table/DB.T.json'],
      ['B', '/UUID', 'UUID'],
      ['C', 'TABLE_INFO/shop.DB.T', 'TABLE_INFO/shop.DB.T.json'],
      ['C', 'SYSTEM/_image', 'SYSTEM/_image.json'],
    ] as const;
    for (const [generation, key, file] of cases) {
      assert.equal(fileOf(generation, key), file);
      assert.equal(keyOfFile(generation, file), key);
    }
  });

  it('are of known types only in C', () => {
    for (const file of ['kylin.properties', 'NO_TYPE/x.json', 'MODEL/x', 'MODEL/a/b.json', 'MODEL']) {
      assert.equal(keyOfFile('C', file), undefined, file);
    }
  });

  it('never lead out of the folder', () => {
    for (const key of ['/a/../b', '/../x', '/a//b', '/a/./b', '/a\\b', '/a\0b', 'a/b', '/']) {
      assert.throws(
        () => fileOf('B', key),
        (error) => error instanceof MetadataError && error.kind === 'illegal',
        key,
      );
    }
    assert.throws(() => checkRelative('../etc/passwd'), MetadataError);
    assert.throws(() => fileOf('C', 'MODEL/../../x'), MetadataError);
  });

  it('tell project and type', () => {
    assert.equal(projectOfKey('B', '/_global/project/shop.json'), 'shop');
    assert.equal(projectOfKey('B', '/shop/project/shop.json'), undefined);
    assert.equal(projectOfKey('C', 'PROJECT/shop'), 'shop');
    assert.equal(typeOfKey('B', '/shop/table/x.json'), 'table');
    assert.equal(typeOfKey('C', 'MODEL/x'), 'MODEL');
    assert.equal(typeOfKey('A', '/cube/x.json'), 'cube');
  });
});
