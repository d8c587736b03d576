import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cosError } from '../../../../src/repository/adapters/cos/errors.ts';
import type { StorageError } from '../../../../src/repository/storage-error.ts';

type Answer = Readonly<{ status: number; code?: string; message?: string; isConditional?: boolean }>;

function read(answer: Answer, headers: Record<string, string> = {}): StorageError {
  const { status, code, message = 'words', isConditional = false } = answer;
  const body = code === undefined ? '' : `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return cosError('write', { status, headers, body, isConditional });
}

describe('an error of COS', () => {
  const cases = [
    { answer: { status: 404, code: 'NoSuchKey' }, kind: 'not_found' },
    { answer: { status: 404 }, kind: 'not_found' },
    { answer: { status: 404, code: 'NoSuchBucket' }, kind: 'invalid_argument' },
    { answer: { status: 403, code: 'AccessDenied' }, kind: 'permission_denied' },
    {
      answer: { status: 403, code: 'AccessDenied', message: 'Request has expired' },
      kind: 'invalid_credentials',
    },
    { answer: { status: 503, code: 'SlowDown' }, kind: 'throttled' },
    { answer: { status: 200, code: 'InternalError' }, kind: 'unavailable' },
    { answer: { status: 409, code: 'FileAlreadyExists', isConditional: true }, kind: 'already_exists' },
    { answer: { status: 409, code: 'WhateverItIsCalled', isConditional: true }, kind: 'already_exists' },
    { answer: { status: 409, code: 'OperationAborted', isConditional: true }, kind: 'unavailable' },
    { answer: { status: 409, code: 'WhateverItIsCalled' }, kind: 'unavailable' },
  ] as const;
  for (const { answer, kind } of cases) {
    it(`${JSON.stringify(answer)} is ${kind}`, () => assert.equal(read(answer).kind, kind));
  }

  it('names the request, and carries the wait that COS asks for', () => {
    const error = read({ status: 503, code: 'SlowDown' }, { 'x-cos-request-id': 'R1', 'retry-after': '2' });
    assert.match(error.message, /^cannot write: words \(SlowDown, status 503, request R1\)$/);
    assert.equal(error.retryAfterMs, 2000);
  });
});
