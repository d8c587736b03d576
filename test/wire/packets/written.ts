import { PacketWriter } from '../../../src/wire/writer.ts';

/** The payload of one packet, in hexadecimal. */
export function written(write: (writer: PacketWriter) => void): string {
  const writer = new PacketWriter(64);
  writer.begin();
  write(writer);
  writer.end();
  return writer.take().toString('hex', 4);
}
