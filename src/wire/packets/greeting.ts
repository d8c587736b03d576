import type { PacketWriter } from '../writer.ts';

const protocolVersion = 10;
/** Collation number the greeting names: utf8mb4_general_ci, known to every client. */
const defaultCollation = 45;
const statusAutocommit = 0x0002;

export type Greeting = Readonly<{
  serverVersion: string;
  connectionId: number;
  /** 20 bytes without NUL. */
  nonce: Buffer;
  capabilities: number;
  plugin: string;
}>;

/** Manual: Protocol::HandshakeV10. */
export function writeGreeting(writer: PacketWriter, greeting: Greeting): void {
  const { nonce, capabilities } = greeting;
  writer.u8(protocolVersion);
  writer.nulTerminatedText(greeting.serverVersion);
  writer.u32(greeting.connectionId);
  writer.raw(nonce.subarray(0, 8));
  writer.u8(0);
  writer.u16(capabilities & 0xffff);
  writer.u8(defaultCollation);
  writer.u16(statusAutocommit);
  writer.u16(capabilities >>> 16);
  writer.u8(nonce.length + 1);
  writer.zeros(10);
  writer.raw(nonce.subarray(8));
  writer.u8(0);
  writer.nulTerminatedText(greeting.plugin);
}
