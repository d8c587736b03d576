import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type WireRequest, verifySignature } from './signature-v4.ts';

/**
 * The example of AWS' documentation of S3 (Signature Calculations for the Authorization Header, "GET Object"), with the
 * signature printed there.
 */
const published: WireRequest = {
  method: 'GET',
  target: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
};
const verification = {
  secretOf: (key: string) =>
    key === 'AKIAIOSFODNN7EXAMPLE' ? 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' : undefined,
  now: Date.UTC(2013, 4, 24),
  service: 's3',
};

function changed(headers: WireRequest['headers'], target = published.target): WireRequest {
  return { ...published, target, headers: { ...published.headers, ...headers } };
}

describe('the double that verifies signatures', () => {
  it("accepts the example of AWS' documentation", () => {
    assert.equal(verifySignature(published, verification).outcome, 'signed');
  });

  const refusals = [
    { name: 'a changed header', request: changed({ range: 'bytes=0-99' }), code: 'SignatureDoesNotMatch' },
    { name: 'another path', request: changed({}, '/other.txt'), code: 'SignatureDoesNotMatch' },
    { name: 'a query that was added', request: changed({}, '/test.txt?acl'), code: 'SignatureDoesNotMatch' },
    {
      name: 'an unsigned header of the vendor',
      request: changed({ 'x-amz-acl': 'public' }),
      code: 'AccessDenied',
    },
    {
      name: 'another body',
      request: changed({ 'x-amz-content-sha256': '0'.repeat(64) }),
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'no algorithm',
      request: changed({ authorization: 'Basic abc' }),
      code: 'AuthorizationHeaderMalformed',
    },
  ];
  for (const { name, request, code } of refusals) {
    it(`refuses ${name}`, () => {
      const verdict = verifySignature(request, verification);
      assert.equal(verdict.outcome === 'refused' && verdict.code, code);
    });
  }

  it('refuses another secret, an unknown key and a wrong clock', () => {
    const codes = [
      { ...verification, secretOf: () => 'another' },
      { ...verification, secretOf: () => undefined },
      { ...verification, now: verification.now + 16 * 60_000 },
    ].map((other) => {
      const verdict = verifySignature(published, other);
      return verdict.outcome === 'refused' && verdict.code;
    });
    assert.deepEqual(codes, ['SignatureDoesNotMatch', 'InvalidAccessKeyId', 'RequestTimeTooSkewed']);
  });
});
