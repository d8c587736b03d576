import { frameHeaderBytes, frameLength } from './framing.ts';
import type { Relay } from './handler.ts';
import type { Transport } from './transport.ts';

/** Sends another server's frames to the client under the sequence numbers of this connection. */
export class PacketRelay implements Relay {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  frames(bytes: Buffer): void {
    const { writer } = this.#transport;
    let { sequence } = writer;
    for (let at = 0; at < bytes.length; at += frameHeaderBytes + frameLength(bytes, at)) {
      bytes[at + 3] = sequence;
      sequence = (sequence + 1) & 0xff;
    }
    writer.sequence = sequence;
    this.#transport.frames(bytes);
  }

  packet(payload: Uint8Array): void {
    this.#transport.packet((writer) => writer.raw(payload));
  }

  get isReading(): boolean {
    return this.#transport.isReading;
  }

  get isFull(): boolean {
    return this.#transport.isBatchFull;
  }

  async flush(): Promise<void> {
    await this.#transport.flush();
  }
}
