import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OssRequest, type OssVerification, verifyOssSignature } from './signature-oss.ts';

/** The example of OSS' documentation, "Include V1 signatures in the Authorization header". */
const v1: OssRequest = {
  method: 'PUT',
  bucket: 'oss-example',
  target: '/nelson',
  headers: {
    'content-md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
    'content-type': 'text/html',
    date: 'Thu, 17 Nov 2005 18:49:58 GMT',
    'x-oss-magic': 'abracadabra',
    'x-oss-meta-author': 'foo@bar.com',
    authorization: 'OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=',
  },
};
const v1Verification: OssVerification = {
  secretOf: (key) =>
    key === '44CF9590006BF252F707' ? 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV' : undefined,
  now: Date.UTC(2005, 10, 17, 18, 50),
  region: 'cn-hangzhou',
};

/** The request whose signatures Alibaba publishes with its SDKs (TestAuthV4Header and its neighbours). */
function v4Request(date: string, ending: string, more: Readonly<Record<string, string>> = {}): OssRequest {
  return {
    method: 'PUT',
    bucket: 'bucket',
    target: '/1234%2B-/123/1.txt?%2Bparam1=value3&%2Bparam2&param1=value1&param2&%7Cparam1=value4&%7Cparam2',
    headers: {
      'x-oss-head1': 'value',
      abc: 'value',
      zabc: 'value',
      xyz: 'value',
      'content-type': 'text/plain',
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-date': date,
      authorization: `OSS4-HMAC-SHA256 Credential=ak/${date.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request,${ending}`,
      ...more,
    },
  };
}

const v4 = v4Request(
  '20231216T162057Z',
  'Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
);
const v4WithToken = v4Request(
  '20231217T034736Z',
  'Signature=b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea',
  { 'x-oss-security-token': 'token' },
);
const v4WithMore = v4Request(
  '20231216T172512Z',
  'AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
);

function verificationAt(now: number): OssVerification {
  return { secretOf: (key) => (key === 'ak' ? 'sk' : undefined), now, region: 'cn-hangzhou' };
}

function changed(request: OssRequest, headers: OssRequest['headers'], target = request.target): OssRequest {
  return { ...request, target, headers: { ...request.headers, ...headers } };
}

const atV4 = verificationAt(Date.UTC(2023, 11, 16, 16, 21));
const subjects = [
  { name: 'version 1', request: v1, verification: v1Verification, isOfV4: false },
  { name: 'version 4', request: v4, verification: atV4, isOfV4: true },
  {
    name: 'version 4 with a token',
    request: v4WithToken,
    verification: verificationAt(Date.UTC(2023, 11, 17, 3, 47)),
    isOfV4: true,
  },
  {
    name: 'version 4 with more headers',
    request: v4WithMore,
    verification: verificationAt(Date.UTC(2023, 11, 16, 17, 25)),
    isOfV4: true,
  },
];

for (const { name, request, verification, isOfV4 } of subjects) {
  describe(`the double that verifies signatures of OSS, ${name}`, () => {
    const codeOf = (one: OssRequest, other = verification): string => {
      const verdict = verifyOssSignature(one, other);
      return verdict.outcome === 'refused' ? verdict.code : verdict.outcome;
    };

    it("accepts the vendor's own example", () => assert.equal(codeOf(request), 'signed'));

    it('refuses a changed header, a changed path, another bucket and a query that was added', () => {
      const altered = [
        changed(request, { 'content-type': 'text/plain2' }),
        changed(request, { 'x-oss-forbid-overwrite': 'false' }),
        changed(request, {}, `/other${request.target}`),
        { ...request, bucket: 'other' },
        changed(request, {}, `${request.target}${request.target.includes('?') ? '&' : '?'}acl`),
      ];
      assert.deepEqual(
        altered.map((one) => codeOf(one)),
        altered.map(() => 'SignatureDoesNotMatch'),
      );
    });

    it('refuses another secret, an unknown key, a wrong clock and no signature', () => {
      assert.equal(codeOf(request, { ...verification, secretOf: () => 'another' }), 'SignatureDoesNotMatch');
      assert.equal(codeOf(request, { ...verification, secretOf: () => undefined }), 'InvalidAccessKeyId');
      for (const minutes of [16, -16]) {
        const now = verification.now + minutes * 60_000;
        assert.equal(codeOf(request, { ...verification, now }), 'RequestTimeTooSkewed');
      }
      assert.equal(codeOf(changed(request, { authorization: 'Basic abc' })), 'AccessDenied');
      assert.equal(
        codeOf(changed(request, { 'x-oss-date': undefined, date: undefined })),
        'RequestTimeTooSkewed',
      );
    });

    it('refuses another region, where there is one', () => {
      const expected = isOfV4 ? 'InvalidArgument' : 'signed';
      assert.equal(codeOf(request, { ...verification, region: 'cn-beijing' }), expected);
    });
  });
}
