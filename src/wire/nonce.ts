import { randomBytes } from 'node:crypto';

const nonceBytes = 20;
const dollar = 0x24;

/**
 * 20 random bytes of 7 bits, none NUL or `$`: clients treat the nonce as text, and `$` separates fields in
 * verifiers that quote it.
 */
export function makeNonce(): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  let filled = 0;
  while (filled < nonceBytes) {
    for (const byte of randomBytes(nonceBytes)) {
      const candidate = byte & 0x7f;
      if (candidate === 0 || candidate === dollar || filled === nonceBytes) continue;
      nonce[filled++] = candidate;
    }
  }
  return nonce;
}
