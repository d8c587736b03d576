import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { networkError } from '../../../src/repository/objects/network-failure.ts';

function coded(code: string, cause?: Error): Error {
  return Object.assign(new Error(code, { cause }), { code });
}

describe('a request without an answer', () => {
  const cases = [
    { error: coded('ECONNREFUSED'), kind: 'unavailable' },
    { error: coded('CERT_HAS_EXPIRED'), kind: 'invalid_argument' },
    { error: coded('ETIMEDOUT'), kind: 'timeout' },
    { error: new Error('wrapped', { cause: coded('ENOTFOUND') }), kind: 'unavailable' },
    { error: new AggregateError([coded('ECONNREFUSED')]), kind: 'unavailable' },
    { error: coded('SomethingElse', coded('ECONNRESET')), kind: 'unavailable' },
    { error: coded('ENOENT'), kind: undefined },
    { error: 'a text', kind: undefined },
  ];
  for (const { error, kind } of cases) {
    it(`is ${kind} for ${String(error)}`, () => assert.equal(networkError('read', error)?.kind, kind));
  }

  it('says what to look at', () => {
    const error = networkError('read', coded('ENOTFOUND'));
    assert.equal(error?.message, 'cannot read: the name of the endpoint is unknown (ENOTFOUND)');
    assert.match(error.hint ?? '', /endpoint in PROPERTIES/);
  });
});
