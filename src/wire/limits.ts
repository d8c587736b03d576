import type { Timeouts } from './handler.ts';

/** Every bound of the protocol, in one place. Tests pass smaller ones; an operator's settings replace single fields. */
export type WireLimits = Timeouts &
  Readonly<{
    handshakeTimeoutMs: number;
    lingerMs: number;
    stopAbortMs: number;
    loginPacketBytesMax: number;
    packetBytesMax: number;
    pipelineBytesMax: number;
    batchBytes: number;
    batchesInFlightMax: number;
    batchesPooledMax: number;
    connectionsMax: number;
    connectionsPerUserMax: number;
    connectionsPerAddressMax: number;
    reservedLoginsMax: number;
    reservedAdministratorsMax: number;
    acceptsPerSecondMax: number;
    acceptWaitMsMax: number;
    statementsPerConnectionMax: number;
    statementsMax: number;
    longDataBytesMax: number;
    cursorsPerConnectionMax: number;
    cursorMemoryBytesMax: number;
    cursorBytesMax: number;
    cursorDiskBytesMax: number;
  }>;

const second = 1_000;
const kibibyte = 1_024;
const mebibyte = 1_024 * kibibyte;

/** One account, or one host, has four fifths of all connections: a runaway pool must leave room for everybody else. */
const shareOfOne = 0.8;

/** The limits that follow from how many connections there may be. */
export function connectionLimits(
  connectionsMax: number,
): Pick<WireLimits, 'connectionsMax' | 'connectionsPerUserMax' | 'connectionsPerAddressMax'> {
  const ofOne = Math.max(1, Math.floor(connectionsMax * shareOfOne));
  return { connectionsMax, connectionsPerUserMax: ofOne, connectionsPerAddressMax: ofOne };
}

/**
 * 2,000 of one host. More clients than this belong behind a pool: an idle connection costs about 25 kB, a busy one some
 * 400 kB.
 */
const connectionsMaxDefault = 2_500;

export const wireLimits: WireLimits = {
  /** MySQL's connect_timeout: wall clock for greeting, TLS and login together, so that trickled bytes win nothing. */
  handshakeTimeoutMs: 10 * second,
  /** MySQL's wait_timeout: dashboards keep pooled connections idle over a working day. */
  waitTimeoutMs: 28_800 * second,
  /** MySQL's net_read_timeout: a packet once begun goes on within this, else its memory is freed. */
  readStallTimeoutMs: 30 * second,
  /** MySQL's net_write_timeout: a client that stops reading holds a source's cursor no longer than this. */
  writeTimeoutMs: 60 * second,
  /** After the last packet the peer gets this long to read it; closing at once could reset the connection first. */
  lingerMs: second,
  /** How long `stop` waits for handlers that were told to abort before it closes their sockets regardless. */
  stopAbortMs: 5 * second,
  /** Greeting answers with connect attributes stay below 64 kB; more before login is an attack on memory. */
  loginPacketBytesMax: 64 * 1_000,
  /** MySQL 8's default max_allowed_packet: INSERTs of dump tools and BLOB parameters fit. */
  packetBytesMax: 64 * mebibyte,
  /** Bytes a client may send ahead while its command runs; beyond that the socket is not read. */
  pipelineBytesMax: 256 * kibibyte,
  /** One socket write per this many bytes: per-row writes are eleven times slower. */
  batchBytes: 64 * kibibyte,
  /** Batches the socket may hold unsent before rows wait: enough to overlap encoding with sending. */
  batchesInFlightMax: 4,
  /** Buffers of sent batches that are kept for the next answer of any connection: 5 MB. */
  batchesPooledMax: 64,
  ...connectionLimits(connectionsMaxDefault),
  /** Logins let in beyond `connectionsMax` to find out whether they are an administrator's. */
  reservedLoginsMax: 4,
  /** MySQL keeps one connection for an administrator when all others are taken. */
  reservedAdministratorsMax: 1,
  /** A login costs 0.2 ms, over TLS 1: more in a second than these would leave no time for running sessions. */
  acceptsPerSecondMax: 4_000,
  /** Pools that open all their connections at once wait so long for their turn; drivers give up after ten seconds. */
  acceptWaitMsMax: 3 * second,
  /** Drivers cache some hundred statements; a leak shows here before it costs memory. */
  statementsPerConnectionMax: 4_096,
  /** MySQL's max_prepared_stmt_count. */
  statementsMax: 16_382,
  /** Parameters sent in pieces are kept in memory until EXECUTE: no more than one packet might hold. */
  longDataBytesMax: 64 * mebibyte,
  /** Each may hold a file open; drivers read one or two results at a time. */
  cursorsPerConnectionMax: 32,
  /** Rows of a cursor that stay in memory: with all of its cursors open a connection holds 8 MB. */
  cursorMemoryBytesMax: 256 * kibibyte,
  /** Rows of a cursor on disk, until the client has read them or goes: more is for a result without a cursor. */
  cursorBytesMax: 8 * 1_024 * mebibyte,
  /** Of all cursors together: two of the largest, so that clients cannot fill the disk of the server. */
  cursorDiskBytesMax: 16 * 1_024 * mebibyte,
};
