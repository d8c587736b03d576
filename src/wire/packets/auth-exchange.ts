import type { PacketWriter } from '../writer.ts';

/** First bytes of the packets that follow a login (manual: "Authentication Method Switch", "caching_sha2"). */
const authSwitchHeader = 0xfe;
const authMoreDataHeader = 0x01;

export const cachingSha2 = {
  /** Client to server: send me the public key. */
  requestPublicKey: 0x02,
  /** Server to client: the scramble was right. */
  fastSucceeded: 0x03,
  /** Server to client: send the password itself. */
  fullRequired: 0x04,
} as const;

/** Protocol::AuthSwitchRequest: begin again with this plugin and nonce. */
export function writeAuthSwitch(writer: PacketWriter, plugin: string, nonce: Buffer): void {
  writer.u8(authSwitchHeader);
  writer.nulTerminatedText(plugin);
  writer.raw(nonce);
  writer.u8(0);
}

/** Protocol::AuthMoreData. */
export function writeAuthMoreData(writer: PacketWriter, data: Uint8Array): void {
  writer.u8(authMoreDataHeader);
  writer.raw(data);
}
