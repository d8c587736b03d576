import { createHash, timingSafeEqual } from 'node:crypto';

/** What MySQL keeps of a password for caching_sha2_password: Ulrich Drepper's SHA-crypt over SHA-256. */
export type ShaCryptHash = Readonly<{
  kind: 'sha_crypt';
  /** 20 bytes in hexadecimal; MySQL's may be any but NUL and `$`. */
  salt: string;
  /** 43 characters of crypt's base 64. */
  hash: string;
  rounds: number;
}>;

/** `$A$`, thousands of rounds in three hexadecimal digits, `$`, the salt and the hash (MySQL's sha2_password). */
const verifierForm = /^\$A\$(?<thousands>[0-9A-F]{3})\$(?<salt>[^$\0]{20})(?<hash>[./0-9A-Za-z]{43})$/s;
/** MySQL's greatest `caching_sha2_password_digest_rounds`. */
const thousandsMax = 0xfff;

/** Reads a verifier of MySQL's, a character for each byte. Undefined for any other text. */
export function readShaCrypt(verifier: string): ShaCryptHash | undefined {
  const { thousands = '', salt = '', hash = '' } = verifierForm.exec(verifier)?.groups ?? {};
  const count = Number.parseInt(thousands, 16);
  if (!(count >= 1 && count <= thousandsMax)) return undefined;
  return {
    kind: 'sha_crypt',
    salt: Buffer.from(salt, 'latin1').toString('hex'),
    hash,
    rounds: count * 1_000,
  };
}

/** Computes on the calling thread: some 15 ms for MySQL's usual 5,000 rounds. */
export function fitsShaCrypt(password: string, { salt, hash, rounds }: ShaCryptHash): boolean {
  const made = shaCrypt(Buffer.from(password, 'utf8'), Buffer.from(salt, 'hex'), rounds);
  return timingSafeEqual(Buffer.from(made), Buffer.from(hash));
}

/** https://www.akkadia.org/drepper/SHA-crypt.txt, steps 1 to 22; the salt is not cut to 16 bytes, as in MySQL. */
function shaCrypt(password: Buffer, salt: Buffer, rounds: number): string {
  const both = sha256(password, salt, password);
  const begin = [password, salt, stretched(both, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) begin.push((bits & 1) === 1 ? both : password);
  let digest = sha256(...begin);
  const passwords = Array.from({ length: password.length }, () => password);
  const longPassword = stretched(sha256(...passwords), password.length);
  const salts = Array.from({ length: 16 + digest.readUInt8(0) }, () => salt);
  const longSalt = stretched(sha256(...salts), salt.length);
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 === 1 ? longPassword : digest];
    if (round % 3 !== 0) parts.push(longSalt);
    if (round % 7 !== 0) parts.push(longPassword);
    parts.push(round % 2 === 1 ? digest : longPassword);
    digest = sha256(...parts);
  }
  return base64(digest);
}

/** The digest again and again, to a length. */
function stretched(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

const digits = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** crypt's own order of bytes and digits: ten groups of bytes that lie ten apart, and the last two. */
function base64(digest: Buffer): string {
  const texts = Array.from({ length: 10 }, (_, group) => {
    const first = (group * 21) % 30;
    const bytes = [first, (first + 10) % 30, (first + 20) % 30].map((at) => digest.readUInt8(at));
    return inDigits(bytes, 4);
  });
  return texts.join('') + inDigits([0, digest.readUInt8(31), digest.readUInt8(30)], 3);
}

/** Three bytes, the most significant first, as digits, the least significant first. */
function inDigits(bytes: readonly number[], count: number): string {
  const number = bytes.reduce((value, byte) => value * 256 + byte, 0);
  return Array.from({ length: count }, (_, at) => digits[Math.floor(number / 64 ** at) % 64]).join('');
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
