import { type Socket, connect } from 'node:net';

/** What a server sends while its rows are encoded waits in the system; this much of it is fetched at once. */
const bufferBytes = 256 * 1024;

/**
 * A connection on which nothing moves is tried from then on, ten times a second apart: a firewall may have forgotten it
 * while the server works. What was sent and not received is the system's to give up, after a quarter of an hour on Linux.
 */
export const keepAliveAfterMs = 60_000;

/**
 * The event with which the socket lends what it received: bytes that are good until the listener returns. Who listens to
 * it gets no `data`.
 */
export const lentEvent = 'lent';

/**
 * A socket that receives into one buffer, again and again. A new one for each 64 KiB, as Node makes them, is memory whose
 * collection takes more time than the receiving.
 */
export function connectLending(host: string, port: number): Socket {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const callback = (bytes: number): boolean => {
    const received = buffer.subarray(0, bytes);
    if (!socket.emit(lentEvent, received)) socket.emit('data', Buffer.from(received));
    return true;
  };
  const socket = connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveAfterMs,
    onread: { buffer, callback },
  });
  return socket;
}
