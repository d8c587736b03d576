import { ServerError } from '../base/server-error.ts';
import { encodeText } from '../base/text.ts';
import { capability, has } from '../wire/capabilities.ts';
import { PacketReader } from '../wire/reader.ts';
import { PacketWriter } from '../wire/writer.ts';

/** Protocol::HandshakeV10, the client's view. */
export type ServerGreeting = Readonly<{
  serverVersion: string;
  threadId: number;
  nonce: Buffer;
  capabilities: number;
  plugin: string;
}>;

const errHeader = 0xff;
const protocolVersion = 10;
const nonceBytes = 20;
/** Plain packets of a login are small: the writer's batch size is of no matter. */
const writerBytes = 1_024;

/** Throws ServerError when the server greets with an error, ProtocolError for what is no greeting. */
export function readGreeting(payload: Buffer): ServerGreeting {
  if (payload[0] === errHeader) throw readErr(payload);
  const reader = new PacketReader(payload);
  const version = reader.u8();
  if (version !== protocolVersion)
    throw new ServerError(1043, '08S01', `protocol version ${version} is not spoken here`);
  const serverVersion = reader.nulTerminatedText();
  const threadId = reader.u32();
  const first = reader.bytes(8);
  reader.skip(1);
  const low = reader.u16();
  reader.skip(3); // collation and status
  const high = reader.u16();
  const nonceLength = reader.u8();
  reader.skip(10);
  const second = reader.bytes(Math.min(Math.max(13, nonceLength - 8), reader.remaining));
  const capabilities = (low | (high << 16)) >>> 0;
  const plugin =
    has(capabilities, capability.PLUGIN_AUTH) && reader.remaining > 0 ? reader.nulTerminatedText() : '';
  const nonce = Buffer.concat([first, second]).subarray(0, nonceBytes);
  return { serverVersion, threadId, nonce, capabilities, plugin };
}

/** Protocol::ERR_Packet as the error it tells of. */
export function readErr(payload: Buffer): ServerError {
  const number = payload.length >= 3 ? payload.readUInt16LE(1) : 1105;
  const hasState = payload[3] === 0x23;
  const sqlState = hasState ? payload.toString('latin1', 4, 9) : 'HY000';
  return new ServerError(number, sqlState, payload.toString('utf8', hasState ? 9 : 3));
}

export type LoginAnswer = Readonly<{
  capabilities: number;
  collation: number;
  user: string;
  response: Buffer;
  plugin: string;
  database: string | undefined;
}>;

/** What a client takes at most in one packet; the server has its own limit. */
const packetBytesMax = 0x4000_0000;
const fillerBytes = 23;

/** Protocol::SSLRequest: a login cut off before the user name. */
export function tlsRequest({
  capabilities,
  collation,
}: Pick<LoginAnswer, 'capabilities' | 'collation'>): Buffer {
  return written((writer) => writeHead(writer, capabilities, collation));
}

/** Protocol::HandshakeResponse41. */
export function loginAnswer(login: LoginAnswer): Buffer {
  const { capabilities } = login;
  return written((writer) => {
    writeHead(writer, capabilities, login.collation);
    writer.nulTerminatedText(login.user);
    if (has(capabilities, capability.PLUGIN_AUTH_LENENC)) {
      writer.lengthEncodedBytes(login.response);
    } else {
      writer.u8(login.response.length);
      writer.raw(login.response);
    }
    if (has(capabilities, capability.CONNECT_WITH_DB)) writer.nulTerminatedText(login.database ?? '');
    if (has(capabilities, capability.PLUGIN_AUTH)) writer.nulTerminatedText(login.plugin);
  });
}

function writeHead(writer: PacketWriter, capabilities: number, collation: number): void {
  writer.u32(capabilities);
  writer.u32(packetBytesMax);
  writer.u8(collation);
  writer.zeros(fillerBytes);
}

/** The payload alone, without a frame. */
function written(write: (writer: PacketWriter) => void): Buffer {
  const writer = new PacketWriter(writerBytes);
  write(writer);
  return Buffer.from(writer.take());
}

/** A command: its byte and what belongs to it. */
export function commandPacket(code: number, body: string | Buffer = ''): Buffer {
  return Buffer.concat([Buffer.of(code), typeof body === 'string' ? encodeText(body) : body]);
}
