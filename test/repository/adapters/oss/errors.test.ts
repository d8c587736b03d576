import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ossError } from '../../../../src/repository/adapters/oss/errors.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';

type Thrown = Readonly<{ message?: string; status?: number; code?: string }>;

/** An error as the SDK throws it. */
function sdkError({ message = 'words', ...fields }: Thrown): Error {
  return Object.assign(new Error(message), fields);
}

function read(
  thrown: Thrown,
  headers: Record<string, string> = {},
  failure?: unknown,
  body = '',
): StorageError {
  const error = ossError('write', sdkError(thrown), { failure, headers, body });
  assert.ok(error instanceof StorageError, String(error));
  return error;
}

describe('an error of the SDK of OSS', () => {
  const cases = [
    { thrown: { status: 404, code: 'NoSuchKey' }, kind: 'not_found' },
    { thrown: { status: 404, code: 'NoSuchBucket' }, kind: 'invalid_argument' },
    { thrown: { status: 409, code: 'FileAlreadyExists' }, kind: 'already_exists' },
    { thrown: { status: 409, code: 'FileImmutable' }, kind: 'permission_denied' },
    { thrown: { status: 403, code: 'SecurityTokenExpired' }, kind: 'invalid_credentials' },
    { thrown: { status: 503, code: 'QpsLimitExceeded' }, kind: 'throttled' },
    { thrown: { status: 503 }, kind: 'unavailable' },
    { thrown: { status: 200 }, kind: 'invalid_argument' },
    { thrown: { message: 'Non-whitespace before first tag' }, kind: 'invalid_argument' },
  ] as const;
  for (const { thrown, kind } of cases) {
    it(`${JSON.stringify(thrown)} is ${kind}`, () => assert.equal(read(thrown).kind, kind));
  }

  it('carries the wait that OSS asks for, in its own header or in the common one', () => {
    const busy = { status: 503, code: 'QpsLimitExceeded' };
    assert.equal(read(busy, { 'x-oss-qos-delay-time': '150' }).retryAfterMs, 150);
    assert.equal(read(busy, { 'retry-after': '2' }).retryAfterMs, 2000);
  });

  it('tells where a bucket of another region lies', () => {
    const body = '<Error><Code>AccessDenied</Code><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>';
    const error = read({ status: 403, code: 'AccessDenied' }, {}, undefined, body);
    assert.equal(error.kind, 'invalid_argument');
    assert.match(error.hint ?? '', /'oss-cn-beijing\.aliyuncs\.com'/);
  });

  it('names the request, for the support of the cloud', () => {
    assert.match(read({ status: 500 }, { 'x-oss-request-id': 'R1' }).message, /request R1/);
  });

  it('of the transport is what that says', () => {
    const failure = new StorageError('timeout', 'cannot write: silence');
    assert.equal(ossError('write', sdkError({ status: -1 }), { failure, headers: {}, body: '' }), failure);
  });
});
