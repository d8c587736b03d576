import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CosRequest, type CosVerification, verifyCosSignature } from './signature-cos.ts';

const host = 'examplebucket-1250000000.cos.ap-beijing.myqcloud.com';

/** The example of COS' documentation ("Request Signature", uploading an object), with the signature printed there. */
const published: CosRequest = {
  method: 'PUT',
  target: '/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)',
  headers: {
    'content-length': '13',
    'content-md5': 'mQ/fVh815F3k6TAUm8m0eg==',
    'content-type': 'text/plain',
    date: 'Thu, 16 May 2019 06:45:51 GMT',
    host,
    'x-cos-acl': 'private',
    'x-cos-grant-read': 'uin="100000000011"',
    authorization:
      'q-sign-algorithm=sha1&q-ak=AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q&q-sign-time=1557989151;1557996351' +
      '&q-key-time=1557989151;1557996351' +
      '&q-header-list=content-length;content-md5;content-type;date;host;x-cos-acl;x-cos-grant-read' +
      '&q-url-param-list=&q-signature=3b8851a11a569213c17ba8fa7dcf2abec6935172',
  },
};
const verification: CosVerification = {
  secretOf: (key) =>
    key === 'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q' ? 'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz' : undefined,
  now: 1_557_990_000_000,
};

function changed(headers: CosRequest['headers'], target = published.target): CosRequest {
  return { ...published, target, headers: { ...published.headers, ...headers } };
}

function codeOf(request: CosRequest, other = verification): string {
  const verdict = verifyCosSignature(request, other);
  return verdict.outcome === 'refused' ? verdict.code : verdict.outcome;
}

describe('the double that verifies signatures of COS', () => {
  it("accepts the example of COS' documentation", () => assert.equal(codeOf(published), 'signed'));

  const authorization = published.headers['authorization'] ?? '';
  const refusals = [
    {
      name: 'a changed header',
      request: changed({ 'x-cos-acl': 'public-read' }),
      code: 'SignatureDoesNotMatch',
    },
    { name: 'another host', request: changed({ host: `x${host}` }), code: 'SignatureDoesNotMatch' },
    { name: 'another path', request: changed({}, '/other'), code: 'SignatureDoesNotMatch' },
    { name: 'another method', request: { ...published, method: 'GET' }, code: 'SignatureDoesNotMatch' },
    { name: 'a query that was added', request: changed({}, `${published.target}?acl`), code: 'AccessDenied' },
    { name: 'an unsigned header of the vendor', request: changed({ 'x-cos-x': '1' }), code: 'AccessDenied' },
    { name: 'a signed header that is absent', request: changed({ date: undefined }), code: 'AccessDenied' },
    {
      name: 'a host that is not signed',
      request: changed({ authorization: authorization.replace(';host;', ';') }),
      code: 'AccessDenied',
    },
    { name: 'no signature', request: changed({ authorization: 'Basic abc' }), code: 'AccessDenied' },
  ];
  for (const { name, request, code } of refusals) {
    it(`refuses ${name}`, () => assert.equal(codeOf(request), code));
  }

  it('refuses another secret, an unknown key and a wrong clock', () => {
    assert.equal(codeOf(published, { ...verification, secretOf: () => 'another' }), 'SignatureDoesNotMatch');
    assert.equal(codeOf(published, { ...verification, secretOf: () => undefined }), 'InvalidAccessKeyId');
    assert.equal(codeOf(published, { ...verification, now: 1_557_996_352_000 }), 'AccessDenied');
    assert.equal(codeOf(published, { ...verification, now: 1_557_980_000_000 }), 'RequestTimeTooSkewed');
  });
});
