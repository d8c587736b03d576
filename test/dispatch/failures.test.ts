import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { asSqlError } from '../../src/dispatch/failures.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { SecretsError } from '../../src/metastore/secrets.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';
import { SourceError } from '../../src/source/source-error.ts';

const open = new AbortController().signal;

describe('a failure of a lower part', () => {
  const cases: readonly (readonly [string, Error, SqlErrorKind])[] = [
    ['of the storage', new StorageError('unavailable', 'the place does not answer'), 'backup'],
    ['of a full disk', new StorageError('full', 'no space left'), 'disk_full'],
    ['of a snapshot', new SnapshotError('corrupt', 'the manifest is damaged'), 'backup'],
    ['of a source', new SourceError('failed', 'the source went away'), 'backup'],
    [
      'of a metastore that another node has changed',
      new MetastoreError('conflict', 'changed'),
      'lock_deadlock',
    ],
    ['of a metastore that cannot write', new MetastoreError('corrupt', 'unreadable'), 'read_only'],
  ];
  for (const [name, error, kind] of cases) {
    it(`${name} becomes ${kind}, its cause kept`, () => {
      const translated = asSqlError(error, open);
      assert.ok(translated instanceof SqlError);
      assert.equal(translated.kind, kind);
      assert.equal(translated.cause, error);
      assert.ok(translated.message.includes(error.message));
    });
  }

  it('of a credential says what is wrong, and not where the key lies', () => {
    const error = new SecretsError('wrong_key', "the key from '/var/secret.key' is another");
    const translated = asSqlError(error, open);
    assert.ok(translated instanceof SqlError);
    assert.equal(translated.cause, error);
    assert.match(translated.message, /was sealed with another key than this server has/);
    assert.doesNotMatch(translated.message, /var/);
  });

  it('that is an SqlError already stays as it is', () => {
    const error = new SqlError('label', 'x');
    assert.equal(asSqlError(error, open), error);
  });

  it('that nobody knows stays as it is: it is a fault of ours', () => {
    const error = new TypeError('x');
    assert.equal(asSqlError(error, open), error);
  });
});

describe('a statement that was interrupted', () => {
  it('fails with 1317 whatever the parts threw', () => {
    const aborted = AbortSignal.abort(new Error('killed'));
    const translated = asSqlError(new TypeError('stream closed'), aborted);
    assert.ok(translated instanceof SqlError);
    assert.equal(translated.kind, 'query_interrupted');
  });

  it('fails with the reason when that says more', () => {
    const reason = new SqlError('server_shutdown', 'Server shutdown in progress');
    assert.equal(asSqlError(new Error('x'), AbortSignal.abort(reason)), reason);
  });
});
