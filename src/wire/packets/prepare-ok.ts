import { capability, has } from '../capabilities.ts';
import type { Prepared, ServerStatus } from '../handler.ts';
import type { PacketWriter } from '../writer.ts';
import { writeColumnDefinition } from './column-definition.ts';
import { writeEof } from './eof.ts';

const okHeader = 0x00;
const countMax = 0xffff;

/** COM_STMT_PREPARE_OK with its definitions: several packets, framed here. */
export function writePrepareOk(
  writer: PacketWriter,
  prepared: Prepared,
  capabilities: number,
  status: ServerStatus,
): void {
  const { parameters, columns, warnings } = prepared;
  writer.begin();
  writer.u8(okHeader);
  writer.u32(prepared.statementId);
  writer.u16(columns.length);
  writer.u16(parameters.length);
  writer.u8(0);
  writer.u16(Math.min(warnings, countMax));
  writer.end();
  for (const list of [parameters, columns]) {
    for (const column of list) {
      writer.begin();
      writeColumnDefinition(writer, column, false);
      writer.end();
    }
    if (list.length > 0 && !has(capabilities, capability.DEPRECATE_EOF)) {
      writer.begin();
      writeEof(writer, { warnings: 0, status, more: false });
      writer.end();
    }
  }
}
