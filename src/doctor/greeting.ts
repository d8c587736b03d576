import { createConnection } from 'node:net';
import { codeOf } from '../base/system-error.ts';
import type { Config } from '../config/config.ts';
import { formatAddress } from '../config/option.ts';
import { failure, type Finding, messageOf, ok } from './finding.ts';

/** A healthy server greets at once. */
const greetingTimeoutMs = 3_000;

/** Asks the server at an address for its greeting, as a health check does. */
export async function checkGreeting(
  listen: Config['listen'],
  timeoutMs: number = greetingTimeoutMs,
): Promise<Finding> {
  const address = formatAddress(listen);
  try {
    return ok('server', `${address} answers as ${versionOf(await firstPacket(listen, timeoutMs))}`);
  } catch (error) {
    const hint = isRefused(error) ? '; start it, or give the address that it listens on by --listen' : '';
    return failure('server', `${address} does not answer: ${messageOf(error)}${hint}`);
  }
}

function isRefused(error: unknown): boolean {
  return codeOf(error) === 'ECONNREFUSED';
}

/** Bytes before a packet's payload: its length in three, its number. */
const headerBytes = 4;
const protocolVersion = 10;
const errorPacket = 0xff;

/** The payload of the first packet that the server sends. */
async function firstPacket({ host, port }: Config['listen'], timeoutMs: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = createConnection({ host, port });
  const timer = setTimeout(() => reject(new Error(`no greeting within ${timeoutMs} ms`)), timeoutMs);
  let received = Buffer.alloc(0);
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('it hung up without a greeting')));
  socket.on('data', (piece) => {
    received = Buffer.concat([received, piece]);
    if (received.length < headerBytes) return;
    const end = headerBytes + received.readUIntLE(0, 3);
    // Another protocol's bytes make any length: its first payload byte tells.
    if (received.length >= end || !isFirstByte(received[headerBytes])) {
      resolve(received.subarray(headerBytes, end));
    }
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function isFirstByte(byte: number | undefined): boolean {
  return byte === undefined || byte === protocolVersion || byte === errorPacket;
}

/** The server version of the handshake packet: protocol 10, then a text that ends with NUL. */
function versionOf(payload: Buffer): string {
  const end = payload.indexOf(0, 1);
  if (payload[0] === protocolVersion && end > 1) return payload.toString('utf8', 1, end);
  if (payload[0] === errorPacket) {
    const text = payload.toString('utf8', 3).replace(/^#.{5}/, '');
    throw new Error(`error ${payload.readUInt16LE(1)}, ${text}`);
  }
  throw new Error('it does not speak the MySQL protocol');
}
