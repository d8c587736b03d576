import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SignedRequest, signGoogle } from '../../../../src/repository/adapters/s3/google-signer.ts';
import { type Verdict, verifySignature } from '../../../doubles/signature-v4.ts';

const now = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const keys = { accessKey: 'GOOG1EXAMPLE', secretKey: 'the-secret' };

function signed(): SignedRequest {
  const request: SignedRequest = {
    method: 'PUT',
    hostname: 'storage.googleapis.com',
    path: '/bucket/a%20path/blob',
    query: { 'x-id': 'PutObject' },
    headers: {
      'Content-Type': 'application/octet-stream',
      'If-None-Match': '*',
      'x-amz-content-sha256': 'f'.repeat(64),
      'x-amz-meta-sha256': 'f'.repeat(64),
      'x-amz-user-agent': 'aws-sdk-js',
      'content-length': '5',
    },
  };
  signGoogle(request, keys, now);
  return request;
}

function verdict(headers: SignedRequest['headers']): Verdict {
  const request = { method: 'PUT', target: '/bucket/a%20path/blob?x-id=PutObject', headers };
  const secretOf = (key: string): string | undefined => (key === keys.accessKey ? keys.secretKey : undefined);
  return verifySignature(request, { secretOf, now: now.getTime(), service: 's3' });
}

describe('the signature of Google’s dialect', () => {
  it('is accepted by whoever recomputes it', () => {
    const expected = {
      outcome: 'signed',
      accessKey: keys.accessKey,
      dialect: 'GOOG4',
      contentHash: 'f'.repeat(64),
    };
    assert.deepEqual(verdict(signed().headers), expected);
  });

  it('says that the object must be absent in Google’s words, and mixes in none of AWS’', () => {
    const { headers } = signed();
    assert.equal(headers['x-goog-if-generation-match'], '0');
    assert.equal(headers['x-goog-meta-sha256'], 'f'.repeat(64));
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'if-none-match'),
      [],
    );
  });

  it('covers the precondition', () => {
    const { headers } = signed();
    assert.equal(verdict({ ...headers, 'x-goog-if-generation-match': '7' }).outcome, 'refused');
  });
});
