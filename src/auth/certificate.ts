import { type KeyObject, createHash, createPublicKey, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  derBitString,
  derContext,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUtf8String,
} from './der.ts';

const oid = {
  commonName: '2.5.4.3',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;

/** X.509 version 3, written as the number 2. */
const version3 = Buffer.of(2);
const serialBytes = 16;
/** Clocks of clients may be behind ours. */
const backdateMs = 24 * 3_600_000;
const pemLineLength = 64;

export type CertificateRequest = Readonly<{
  /** RSA. The certificate is signed with it and carries its public half. */
  privateKey: KeyObject;
  commonName: string;
  /** DNS names and IP addresses the certificate is good for. */
  names: readonly string[];
  now: Date;
  years: number;
}>;

/**
 * A self-signed server certificate (RFC 5280), PEM. It is no authority and has no key usage: a client that trusts
 * it, trusts this server and nothing else.
 */
export function selfSignedCertificate(request: CertificateRequest): string {
  const algorithm = derSequence(derObjectIdentifier(oid.sha256WithRsa), derNull());
  const body = certificateBody(request, algorithm);
  const signature = sign('sha256', body, request.privateKey);
  const certificate = derSequence(body, algorithm, derBitString(signature));
  return pem(certificate);
}

function certificateBody(request: CertificateRequest, algorithm: Buffer): Buffer {
  const { now, years, privateKey } = request;
  const name = derSequence(
    derSet(derSequence(derObjectIdentifier(oid.commonName), derUtf8String(request.commonName))),
  );
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const validity = derSequence(derTime(new Date(now.getTime() - backdateMs)), derTime(end));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return derSequence(
    derContext(0, derInteger(version3), true),
    derInteger(positive(randomBytes(serialBytes))),
    algorithm,
    name,
    validity,
    name,
    publicKey,
    derContext(3, extensions(publicKey, request.names), true),
  );
}

function extensions(publicKey: Buffer, names: readonly string[]): Buffer {
  const keyIdentifier = createHash('sha1').update(publicKey).digest();
  const usage = derSequence(derObjectIdentifier(oid.serverAuthentication));
  return derSequence(
    extension(oid.basicConstraints, derSequence(), true),
    extension(oid.subjectKeyIdentifier, derOctetString(keyIdentifier), false),
    extension(oid.extendedKeyUsage, usage, false),
    extension(oid.subjectAlternativeName, derSequence(...names.map(generalName)), false),
  );
}

function extension(identifier: string, value: Buffer, isCritical: boolean): Buffer {
  const critical = isCritical ? [derTrue()] : [];
  return derSequence(derObjectIdentifier(identifier), ...critical, derOctetString(value));
}

/** GeneralName: [2] a DNS name, [7] the bytes of an IP address. */
function generalName(name: string): Buffer {
  if (isIPv4(name)) return derContext(7, Buffer.from(name.split('.').map(Number)), false);
  if (isIPv6(name)) return derContext(7, ipv6Bytes(name), false);
  return derContext(2, Buffer.from(name, 'ascii'), false);
}

/** The sixteen bytes of an IPv6 address without an IPv4 tail. */
function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  const bytes = Buffer.alloc(16);
  [...front, ...zeros, ...back].forEach((group, index) => bytes.writeUInt16BE(group, index * 2));
  return bytes;
}

function groups(part: string): readonly number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}

function positive(serial: Buffer): Buffer {
  serial[0] = (serial.readUInt8(0) & 0x7f) | 0x40;
  return serial;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(new RegExp(`.{1,${pemLineLength}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
