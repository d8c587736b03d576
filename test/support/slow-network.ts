import type { Passage } from './relay.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export type SlowNetwork = Readonly<{
  bytesPerSecond: number;
  /** Of what is sent at once. */
  latencyMs: number;
}>;

/** So small that the slowest network of a test lets one through before anybody takes it for dead. */
const packetBytes = 4096;

/** Lets so many bytes a second through in each direction of a connection, late and one packet after the other. */
export function slowly({ bytesPerSecond, latencyMs }: SlowNetwork): Passage {
  return async function* pass(pieces) {
    for await (const piece of pieces) {
      await sleep(latencyMs);
      for (let at = 0; at < piece.length; at += packetBytes) {
        const packet = piece.subarray(at, at + packetBytes);
        await sleep((packet.length / bytesPerSecond) * 1000);
        yield packet;
      }
    }
  };
}
