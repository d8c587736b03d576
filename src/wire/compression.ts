import { capability, has } from './capabilities.ts';

/** How packets are compressed after the login (manual: "Compression"). */
export type Compression = Readonly<{ algorithm: 'zlib' | 'zstd'; level: number }>;

/** Of MySQL's clients, which do not say one for zlib. */
const zlibLevel = 6;
const zstdLevels = { usual: 3, max: 22 };

/** What both sides agreed on; zlib goes before zstd, as in MySQL. `level` is the client's for zstd. */
export function compressionOf(capabilities: number, level: number | undefined): Compression | undefined {
  if (has(capabilities, capability.COMPRESS)) return { algorithm: 'zlib', level: zlibLevel };
  if (!has(capabilities, capability.ZSTD)) return undefined;
  const isKnown = level !== undefined && level >= 1 && level <= zstdLevels.max;
  return { algorithm: 'zstd', level: isKnown ? level : zstdLevels.usual };
}
