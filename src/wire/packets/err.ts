import type { ErrorDescription } from '../handler.ts';
import type { PacketWriter } from '../writer.ts';

const errHeader = 0xff;
/** MYSQL_ERRMSG_SIZE of the client library: it keeps 511 bytes and a NUL; other clients get the whole text. */
const messageLengthMax = 16_384;

/**
 * Protocol::ERR_Packet. `withState` is false only before the client has said that it speaks protocol 4.1: it would
 * take the SQLSTATE for a part of the text.
 */
export function writeErr(writer: PacketWriter, error: ErrorDescription, withState: boolean): void {
  writer.u8(errHeader);
  writer.u16(error.number);
  if (withState) writer.rawText(`#${error.sqlState}`);
  writer.rawText(error.message.slice(0, messageLengthMax));
}
