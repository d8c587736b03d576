import type { OkAnswer } from '../handler.ts';
import type { PacketWriter } from '../writer.ts';
import { statusFlags } from './status.ts';

const okHeader = 0x00;
const warningsMax = 0xffff;

/** Protocol::OK_Packet. The info text is length-encoded: sent raw, libmariadb reads its first letter as a length. */
export function writeOk(writer: PacketWriter, answer: OkAnswer, more: boolean): void {
  writer.u8(okHeader);
  writer.lengthEncodedInteger(answer.affectedRows);
  writer.lengthEncodedInteger(answer.lastInsertId);
  writer.u16(statusFlags(answer.status, more));
  writer.u16(Math.min(answer.warnings, warningsMax));
  if (answer.info !== '') writer.lengthEncodedText(answer.info);
}
