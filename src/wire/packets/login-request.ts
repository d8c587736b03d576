import { capability, has } from '../capabilities.ts';
import { PacketReader } from '../reader.ts';
import { ProtocolError } from '../protocol-error.ts';
import { readAttributes } from './attributes.ts';

/** Length of an SSLRequest, which is a login cut off before the user name. */
const tlsRequestBytes = 32;
const fillerBytes = 23;

export type TlsRequest = Readonly<{ kind: 'tls_request'; capabilities: number }>;

export type LoginRequest = Readonly<{
  kind: 'login';
  capabilities: number;
  collation: number;
  user: string;
  /** The client's first answer to the greeting's nonce. */
  response: Buffer;
  database: string | undefined;
  /** The plugin that made `response`; `undefined` for a client that knows no plugins. */
  plugin: string | undefined;
  attributes: ReadonlyMap<string, string>;
  /** Of zstd, when the client asks for it. */
  compressionLevel: number | undefined;
}>;

/**
 * Manual: Protocol::SSLRequest and Protocol::HandshakeResponse41. `isTlsAwaited` is true for the first packet of a
 * connection that may still ask for TLS. Throws ProtocolError `bad_handshake` for anything else.
 */
export function readLoginRequest(payload: Buffer, isTlsAwaited: boolean): TlsRequest | LoginRequest {
  try {
    const reader = new PacketReader(payload);
    const capabilities = reader.u32();
    if (!has(capabilities, capability.PROTOCOL_41))
      throw badHandshake('the client is older than protocol 4.1');
    if (payload.length === tlsRequestBytes && isTlsAwaited && has(capabilities, capability.SSL)) {
      return { kind: 'tls_request', capabilities };
    }
    return readLogin(reader, capabilities);
  } catch (error) {
    if (error instanceof ProtocolError && error.kind === 'malformed_packet')
      throw badHandshake(error.message);
    throw error;
  }
}

function readLogin(reader: PacketReader, capabilities: number): LoginRequest {
  reader.skip(4);
  const collation = reader.u8();
  reader.skip(fillerBytes);
  const user = reader.nulTerminatedText();
  const response = readResponse(reader, capabilities);
  const database = has(capabilities, capability.CONNECT_WITH_DB) ? optionalText(reader) : undefined;
  const plugin = has(capabilities, capability.PLUGIN_AUTH) ? optionalText(reader) : undefined;
  const hasAttributes = has(capabilities, capability.CONNECT_ATTRS) && reader.remaining > 0;
  const attributes = hasAttributes ? readAttributes(reader) : new Map<string, string>();
  const hasLevel = has(capabilities, capability.ZSTD) && reader.remaining > 0;
  const compressionLevel = hasLevel ? reader.u8() : undefined;
  return {
    kind: 'login',
    capabilities,
    collation,
    user,
    response,
    database: database === '' ? undefined : database,
    plugin: plugin ?? (has(capabilities, capability.PLUGIN_AUTH) ? '' : undefined),
    attributes,
    compressionLevel,
  };
}

function readResponse(reader: PacketReader, capabilities: number): Buffer {
  if (has(capabilities, capability.PLUGIN_AUTH_LENENC)) return reader.lengthEncodedBytes();
  if (has(capabilities, capability.SECURE_CONNECTION)) return reader.bytes(reader.u8());
  return reader.nulTerminatedBytes();
}

/** Some clients leave out what is empty at the end of the packet. */
function optionalText(reader: PacketReader): string | undefined {
  return reader.remaining === 0 ? undefined : reader.nulTerminatedText();
}

function badHandshake(detail: string): ProtocolError {
  return new ProtocolError('bad_handshake', `bad handshake: ${detail}`);
}
