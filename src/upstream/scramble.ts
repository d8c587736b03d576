import { constants, createHash, publicEncrypt } from 'node:crypto';

/** mysql_native_password: SHA1(pw) xor SHA1(nonce ‖ SHA1(SHA1(pw))). Empty for an empty password. */
export function nativeScramble(password: string, nonce: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = hash('sha1', Buffer.from(password));
  return xored(once, hash('sha1', nonce, hash('sha1', once)));
}

/** caching_sha2_password: SHA256(pw) xor SHA256(SHA256(SHA256(pw)) ‖ nonce). Empty for an empty password. */
export function sha2Scramble(password: string, nonce: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = hash('sha256', Buffer.from(password));
  return xored(once, hash('sha256', hash('sha256', once), nonce));
}

/** The full exchange of caching_sha2_password without TLS: the password hidden under the nonce and the server's key. */
export function encryptPassword(password: string, nonce: Buffer, publicKeyPem: Buffer): Buffer {
  const hidden = xored(Buffer.from(`${password}\0`), nonce);
  return publicEncrypt({ key: publicKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING }, hidden);
}

function hash(algorithm: 'sha1' | 'sha256', ...parts: readonly Buffer[]): Buffer {
  const digest = createHash(algorithm);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** `mask` is repeated as often as it takes. */
function xored(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ mask.readUInt8(index % mask.length)));
}
