/** The slowest transfer that is not taken for a dead one: StarRocks' download_low_speed_limit_kbps. */
export const bytesPerSecondMin: number = 50 * 1024;

/** What the systems at both ends take of a request before the other side has read it: Linux's largest buffers of sending. */
const bufferedBytesMax = 8 * 1024 * 1024;

/**
 * How long a connection may be silent that waits for the answer to a request with so many bytes. They may all be taken by the
 * system at once, and are then still on their way: nothing is seen of a slow network until they have arrived.
 */
export function silenceMsOf(requestBytes: number, silenceMsMax: number): number {
  return silenceMsMax + (Math.min(requestBytes, bufferedBytesMax) / bytesPerSecondMin) * 1000;
}
