import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { parseLocation } from '../../src/repository/location.ts';

function refusalOf(text: string): SqlError {
  try {
    parseLocation(text);
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return error;
  }
  assert.fail(`${text} was accepted`);
}

describe('parseLocation', () => {
  const accepted = [
    ['file:///backups', { scheme: 'file', path: '/backups' }],
    ['file:///backups/a//b/', { scheme: 'file', path: '/backups/a/b' }],
    ['FILE:///Backups', { scheme: 'file', path: '/Backups' }],
    ['file://localhost/b', { scheme: 'file', path: '/b' }],
    ['file:///with%20blank/%25/%C3%A9', { scheme: 'file', path: '/with blank/%/é' }],
    ['file:///with blank/é', { scheme: 'file', path: '/with blank/é' }],
    ['s3a://bucket/some/path', { scheme: 's3a', bucket: 'bucket', path: 'some/path' }],
    ['s3://bucket', { scheme: 's3', bucket: 'bucket', path: '' }],
    ['gs://my.bucket_1/x/', { scheme: 'gs', bucket: 'my.bucket_1', path: 'x' }],
    ['oss://bucket/x', { scheme: 'oss', bucket: 'bucket', path: 'x' }],
    ['cosn://bucket-1250000000/x', { scheme: 'cosn', bucket: 'bucket-1250000000', path: 'x' }],
    [
      'abfss://box@account.dfs.core.windows.net/x',
      { scheme: 'abfss', container: 'box', host: 'account.dfs.core.windows.net', path: 'x' },
    ],
    ['WASB://box@h:10000', { scheme: 'wasb', container: 'box', host: 'h:10000', path: '' }],
    ['hdfs://namenode:9000/x/y', { scheme: 'hdfs', host: 'namenode', port: 9000, path: 'x/y' }],
    ['hdfs://nameservice1/x', { scheme: 'hdfs', host: 'nameservice1', port: undefined, path: 'x' }],
  ] as const;
  for (const [text, location] of accepted) {
    it(`reads ${text}`, () => assert.deepEqual(parseLocation(text), location));
  }

  const refused = [
    ['wasbs://account.blob.core.windows.net/x', 'names no container'],
    ['abfss://user:password@host/x', 'names no container'],
    ['', 'not of the form'],
    ['/backups', 'not of the form'],
    ['file:backups', 'not of the form'],
    ['file:/backups', 'not of the form'],
    ['file://backups/x', 'three slashes'],
    ['file:///', 'root of the file system'],
    ['file:///a/../b', "'..'"],
    ['file:///a/%2e%2e/b', "'..'"],
    ['file:///a/./b', "'.'"],
    ['file:///a%2Fb', 'encoded slash'],
    ['file:///a%00', 'NUL'],
    ['file:///a%zz', '%'],
    ['file:///a%ff', '%'],
    ['file:///a?b', '? or #'],
    ['file:///a#b', '? or #'],
    ['s3a://key:secret@bucket/x', 'credentials'],
    ['s3a://B/x', 'bucket'],
    ['s3a:///x', 'bucket'],
    ['hdfs://host:99999/x', 'host and port'],
    ['hdfs:///x', 'host and port'],
    ['ftp://host/x', "'ftp' is unknown"],
    [`file:///${'x'.repeat(2000)}`, 'longer than 2000'],
  ] as const;
  for (const [text, because] of refused) {
    it(`refuses ${text.slice(0, 40)} (${because})`, () => {
      const error = refusalOf(text);
      assert.ok(error.message.includes(because), error.message);
    });
  }

  it('does not repeat credentials', () => {
    for (const text of ['s3a://key:secret@bucket/x', 'nope://key:secret@bucket/x?secret']) {
      assert.ok(!refusalOf(text).message.includes('secret'));
    }
  });
});
