import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { httpError, retryAfterMs, sharedMeanings } from '../../../src/repository/objects/http-failure.ts';

const now = Date.UTC(2026, 0, 2);

describe('an answer that is no success', () => {
  const cases = [
    { status: 404, code: 'NoSuchKey', kind: 'not_found' },
    { status: 404, code: 'NoSuchBucket', kind: 'invalid_argument' },
    { status: 404, code: undefined, kind: 'not_found' },
    { status: 412, code: 'PreconditionFailed', kind: 'already_exists' },
    { status: 409, code: 'ConditionalRequestConflict', kind: 'unavailable' },
    { status: 403, code: 'SignatureDoesNotMatch', kind: 'invalid_credentials' },
    { status: 403, code: 'SomethingNew', kind: 'permission_denied' },
    { status: 503, code: 'SlowDown', kind: 'throttled' },
    { status: 503, code: undefined, kind: 'unavailable' },
    { status: 503, code: 'ServiceUnavailable', retryAfter: 3000, kind: 'throttled' },
    { status: 429, code: undefined, kind: 'throttled' },
    { status: 500, code: 'InternalError', kind: 'unavailable' },
    { status: 200, code: 'InternalError', kind: 'unavailable' },
    { status: 501, code: 'NotImplemented', kind: 'not_supported' },
    { status: 400, code: 'BadDigest', kind: 'corrupt' },
    { status: 400, code: undefined, kind: 'invalid_argument' },
  ];
  for (const { status, code, kind, retryAfter } of cases) {
    it(`is ${kind} for ${code ?? 'no name'} with status ${status}`, () => {
      const failure = { status, code, message: 'the words', retryAfterMs: retryAfter };
      const error = httpError('write', failure, { meanings: sharedMeanings, cause: undefined });
      assert.equal(error.kind, kind);
      assert.equal(error.retryAfterMs, retryAfter);
      assert.match(error.message, /^cannot write: the words \(.*status \d+\)$/);
    });
  }
});

describe('the header Retry-After', () => {
  const cases = [
    { header: undefined, expected: undefined },
    { header: '3', expected: 3000 },
    { header: 'Fri, 02 Jan 2026 00:00:05 GMT', expected: 5000 },
    { header: 'Fri, 02 Jan 2026 00:00:00 GMT', expected: 0 },
    { header: '86400', expected: 600_000 },
    { header: 'soon', expected: undefined },
  ];
  for (const { header, expected } of cases) {
    it(`reads ${header}`, () => assert.equal(retryAfterMs(header, now), expected));
  }
});
