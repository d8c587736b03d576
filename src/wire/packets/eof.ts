import { capability, has } from '../capabilities.ts';
import type { ServerStatus } from '../handler.ts';
import type { PacketWriter } from '../writer.ts';
import { type CursorState, statusFlags } from './status.ts';

const eofHeader = 0xfe;
const warningsMax = 0xffff;

export type End = Readonly<{
  warnings: number;
  status: ServerStatus;
  more: boolean;
  cursor?: CursorState;
}>;

/** Protocol::EOF_Packet, five bytes. COM_SET_OPTION and COM_DEBUG are answered so whatever was negotiated. */
export function writeEof(writer: PacketWriter, end: End): void {
  writer.u8(eofHeader);
  writer.u16(Math.min(end.warnings, warningsMax));
  writer.u16(statusFlags(end.status, end.more, end.cursor));
}

/** Ends rows: with DEPRECATE_EOF an OK packet whose header is that of EOF, else EOF. */
export function writeResultEnd(writer: PacketWriter, end: End, capabilities: number): void {
  if (!has(capabilities, capability.DEPRECATE_EOF)) {
    writeEof(writer, end);
    return;
  }
  writer.u8(eofHeader);
  writer.u8(0);
  writer.u8(0);
  writer.u16(statusFlags(end.status, end.more, end.cursor));
  writer.u16(Math.min(end.warnings, warningsMax));
}
