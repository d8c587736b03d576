import { PacketReader } from '../reader.ts';

/** Clients send about eight; more are read over. */
const attributesMax = 64;

/** Connect attributes: one length, then names and values, all length-encoded. */
export function readAttributes(reader: PacketReader): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const list = new PacketReader(reader.lengthEncodedBytes());
  while (list.remaining > 0) {
    const name = list.lengthEncodedText();
    const value = list.lengthEncodedText();
    if (attributes.size < attributesMax) attributes.set(name, value);
  }
  return attributes;
}
