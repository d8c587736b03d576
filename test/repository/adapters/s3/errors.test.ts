import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attempt, s3Error } from '../../../../src/repository/adapters/s3/errors.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';

type Answer = Readonly<{ name: string; message?: string; status?: number; headers?: Record<string, string> }>;

/** An error as the SDK throws it. */
function sdkError({ name, message = '', status, headers = {} }: Answer): Error {
  const metadata = { httpStatusCode: status, requestId: 'r1' };
  return Object.assign(new Error(message), {
    name,
    ...(status !== undefined && { $metadata: metadata, $response: { statusCode: status, headers } }),
  });
}

describe('an error of the SDK', () => {
  const cases = [
    { answer: { name: 'NoSuchKey', message: 'gone', status: 404 }, kind: 'not_found', text: 'gone' },
    {
      answer: { name: 'NotFound', message: 'UnknownError', status: 404 },
      kind: 'not_found',
      text: 'answered 404',
    },
    {
      answer: { name: '403', message: 'UnknownError', status: 403 },
      kind: 'permission_denied',
      text: 'answered 403',
    },
    {
      answer: { name: 'NoSuchBucket', message: 'none.', status: 404 },
      kind: 'invalid_argument',
      text: 'none (',
    },
    { answer: { name: 'PreconditionFailed', status: 412 }, kind: 'already_exists', text: 'status 412' },
    {
      answer: { name: 'SlowDown', message: 'slower', status: 503, headers: { 'retry-after': '7' } },
      kind: 'throttled',
      text: 'slower',
    },
    {
      answer: { name: 'SyntaxError', message: 'Unexpected token <', status: 200 },
      kind: 'invalid_argument',
      text: 'none of an S3 store',
    },
    {
      answer: { name: 'SyntaxError', message: 'Unexpected token <', status: 502 },
      kind: 'unavailable',
      text: 'none',
    },
    { answer: { name: 'TimeoutError', message: 'x' }, kind: 'timeout', text: 'in time' },
    {
      answer: { name: 'CredentialsProviderError', message: 'no file' },
      kind: 'invalid_credentials',
      text: 'no file',
    },
  ] as const;
  for (const { answer, kind, text } of cases) {
    it(`${answer.name} is ${kind}`, () => {
      const error = s3Error('write', sdkError(answer));
      assert.ok(error instanceof StorageError);
      assert.equal(error.kind, kind);
      assert.ok(error.message.startsWith('cannot write: ') && error.message.includes(text), error.message);
    });
  }

  it('carries the wait that the store asks for', () => {
    const error = s3Error(
      'write',
      sdkError({ name: 'SlowDown', status: 503, headers: { 'retry-after': '7' } }),
    );
    assert.equal(error instanceof StorageError && error.retryAfterMs, 7000);
  });

  it('tells the region in which the bucket lies', () => {
    const headers = { 'x-amz-bucket-region': 'eu-west-3' };
    const error = s3Error('list', sdkError({ name: 'PermanentRedirect', status: 301, headers }));
    assert.match(error instanceof StorageError ? (error.hint ?? '') : '', /region 'eu-west-3'/);
  });

  it('that is no answer and none of the network stays what it is', async () => {
    const fault = new TypeError('a fault of ours');
    await assert.rejects(
      attempt('write', async () => {
        throw fault;
      }),
      (error) => error === fault,
    );
  });
});
