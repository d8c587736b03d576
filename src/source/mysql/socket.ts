import { Duplex } from 'node:stream';
import type { MysqlConnection } from './connection.ts';
import { lentEvent } from './lending-socket.ts';

/** The socket of a connection, behind TLS where there is any. mysql2 declares no type for it. */
export function socketOf(connection: MysqlConnection): Duplex {
  const core: unknown = Reflect.get(connection.raw, 'connection');
  const stream: unknown = typeof core === 'object' && core !== null ? Reflect.get(core, 'stream') : undefined;
  if (!(stream instanceof Duplex)) throw new TypeError('mysql2 keeps its socket somewhere else');
  return stream;
}

/** The connection ended in the middle of an answer. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = 'PROTOCOL_CONNECTION_LOST';
}

/**
 * Takes the socket of an idle connection from mysql2, which makes an object of each packet, until `give` is called. `onLost`
 * is told when it ends. Throws ConnectionLostError when it has: what has closed says so only once.
 */
export function borrowSocket(
  stream: Duplex,
  onData: (chunk: Buffer) => void,
  onLost: () => void,
): Readonly<{ give: () => void }> {
  if (stream.destroyed || stream.readableEnded) throw new ConnectionLostError('the connection was lost');
  const listeners = stream.listeners('data');
  stream.removeAllListeners('data');
  stream.on('data', onData);
  stream.on(lentEvent, onData);
  for (const event of ['end', 'close', 'error'] as const) stream.on(event, onLost);
  return {
    give: () => {
      stream.off('data', onData);
      stream.off(lentEvent, onData);
      for (const event of ['end', 'close', 'error'] as const) stream.off(event, onLost);
      // The very same ones: a wrapper for each use would be called through all that came before it.
      for (const listener of listeners) Reflect.apply(stream.on, stream, ['data', listener]);
      stream.resume();
    },
  };
}
