import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Of AES, whatever its key. */
export const vectorBytes = 16;
const modePattern = /^aes-(128|192|256)-(ecb|cbc|cfb1|cfb8|cfb128|ofb)$/;

/** `block_encryption_mode`, in OpenSSL's words too. */
export type EncryptionMode = Readonly<{
  cipher: string;
  keyBytes: number;
  hasVector: boolean;
  isStream: boolean;
}>;

export function encryptionMode(text: string): EncryptionMode | undefined {
  const [, bits, kind] = modePattern.exec(text.toLowerCase()) ?? [];
  if (bits === undefined || kind === undefined) return undefined;
  const name = kind === 'cfb128' ? 'cfb' : kind;
  return {
    cipher: `aes-${bits}-${name}`,
    keyBytes: Number(bits) / 8,
    hasVector: kind !== 'ecb',
    isStream: kind !== 'ecb' && kind !== 'cbc',
  };
}

/** Only the first sixteen bytes of the vector count (manual, AES_ENCRYPT). Undefined for one that is too short. */
export function encrypted(
  mode: EncryptionMode,
  [data, key, vector]: readonly [Uint8Array, Uint8Array, Uint8Array | undefined],
): Uint8Array | undefined {
  const start = vectorOf(mode, vector);
  if (start === undefined) return undefined;
  const cipher = createCipheriv(mode.cipher, folded(key, mode.keyBytes), start);
  cipher.setAutoPadding(!mode.isStream);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** Undefined where the data are not what such a key has encrypted. */
export function decrypted(
  mode: EncryptionMode,
  [data, key, vector]: readonly [Uint8Array, Uint8Array, Uint8Array | undefined],
): Uint8Array | undefined {
  const start = vectorOf(mode, vector);
  if (start === undefined) return undefined;
  const cipher = createDecipheriv(mode.cipher, folded(key, mode.keyBytes), start);
  cipher.setAutoPadding(!mode.isStream);
  try {
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch {
    return undefined;
  }
}

/** MySQL folds a key of any length into the cipher's: byte by byte, each XORed onto its place. */
function folded(key: Uint8Array, length: number): Uint8Array {
  const folded = new Uint8Array(length);
  for (const [index, byte] of key.entries()) folded[index % length] = (folded[index % length] ?? 0) ^ byte;
  return folded;
}

function vectorOf(mode: EncryptionMode, vector: Uint8Array | undefined): Uint8Array | null | undefined {
  if (!mode.hasVector) return null;
  return vector === undefined || vector.length < vectorBytes ? undefined : vector.subarray(0, vectorBytes);
}
