import { createConnection } from 'node:net';
import type { Config } from './config/config.ts';

/** A healthy server greets at once. */
const greetingTimeoutMs = 3_000;

/**
 * Asks the server of this configuration for its greeting, as a container's health check does. Exit code 0 when it
 * speaks MySQL's protocol.
 */
export async function runDoctor(config: Config, print: (text: string) => void): Promise<number> {
  const { host, port } = config.listen;
  try {
    const version = await greetingOf(host, port);
    print(`${host}:${port} answers as ${version}`);
    return 0;
  } catch (error) {
    print(`${host}:${port} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** The server version of the handshake packet: protocol 10, then a text that ends with NUL. */
async function greetingOf(host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = createConnection({ host, port, timeout: greetingTimeoutMs });
  socket.once('error', reject);
  socket.once('timeout', () => reject(new Error(`no greeting within ${greetingTimeoutMs} ms`)));
  socket.once('data', (packet) => {
    const end = packet.indexOf(0, 5);
    if (packet[4] === 10 && end > 5) resolve(packet.toString('latin1', 5, end));
    else reject(new Error('it does not speak the MySQL protocol'));
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
