import assert from 'node:assert/strict';
import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { selfSignedCertificate } from '../../src/auth/certificate.ts';

describe('a self-signed certificate', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const certificate = new X509Certificate(
    selfSignedCertificate({
      privateKey,
      commonName: 'db.example',
      names: ['localhost', '127.0.0.1', '::1', 'fe80::12:0:1', 'db.example'],
      now: new Date('2026-11-21T00:00:00Z'),
      years: 10,
    }),
  );

  it('is signed with its own key', () => {
    assert.equal(certificate.verify(publicKey), true);
    assert.equal(certificate.checkPrivateKey(privateKey), true);
    assert.equal(certificate.checkIssued(certificate), true);
    assert.equal(certificate.ca, false);
  });

  it('is good for its names and addresses, and no others', () => {
    for (const host of ['localhost', 'db.example']) assert.ok(certificate.checkHost(host), host);
    for (const ip of ['127.0.0.1', '::1', 'fe80::12:0:1']) assert.ok(certificate.checkIP(ip), ip);
    assert.equal(certificate.checkHost('other.example'), undefined);
    assert.equal(certificate.checkIP('127.0.0.2'), undefined);
  });

  it('is valid for ten years, from a day ago for clients whose clock is behind', () => {
    assert.equal(new Date(certificate.validFrom).toISOString(), '2026-11-20T00:00:00.000Z');
    assert.equal(new Date(certificate.validTo).toISOString(), '2036-11-21T00:00:00.000Z');
  });

  it('is for servers', () => {
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.equal(certificate.subject, 'CN=db.example');
  });
});
