import { capability, has } from '../capabilities.ts';
import type { PacketReader } from '../reader.ts';
import { readAttributes } from './attributes.ts';

export type ChangeUser = Readonly<{
  user: string;
  database: string | undefined;
  collation: number | undefined;
  attributes: ReadonlyMap<string, string>;
}>;

/**
 * Manual: COM_CHANGE_USER, after the command byte. The scramble in it answers the old nonce and is read over: a
 * new user proves itself by a new nonce.
 */
export function readChangeUser(reader: PacketReader, capabilities: number): ChangeUser {
  const user = reader.nulTerminatedText();
  reader.skip(reader.u8());
  const database = reader.nulTerminatedText();
  const collation = reader.remaining >= 2 ? reader.u16() : undefined;
  if (has(capabilities, capability.PLUGIN_AUTH) && reader.remaining > 0) reader.nulTerminatedBytes();
  const hasAttributes = has(capabilities, capability.CONNECT_ATTRS) && reader.remaining > 0;
  const attributes = hasAttributes ? readAttributes(reader) : new Map<string, string>();
  return { user, database: database === '' ? undefined : database, collation, attributes };
}
