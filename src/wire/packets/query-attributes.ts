import type { Cell } from '../../base/rows.ts';
import { PacketReader } from '../reader.ts';
import { ProtocolError } from '../protocol-error.ts';
import { readTypes, readValue } from './execute.ts';

const code = { QUERY: 3, STMT_EXECUTE: 23, STMT_CLOSE: 25 } as const;
/** Of COM_STMT_EXECUTE: code, statement, flags and iterations, which stand before the parameters. */
const executeHeadBytes = 10;
const flagsAt = 5;
/** A count of parameters follows although the statement has none (manual: PARAMETER_COUNT_AVAILABLE). */
const countAvailable = 0x08;
/** Parameters and attributes of a command are counted in 16 bits, as those of a statement are. */
const countMax = 0xffff;
/** As many statements as a connection may have prepared (limits.ts); clients may name others. */
const rememberedMax = 4_096;

export type Stripped = Readonly<{
  /** As a client without CLIENT_QUERY_ATTRIBUTES sends it. */
  payload: Buffer;
  /** By name as it was written; of COM_QUERY alone. */
  attributes: ReadonlyMap<string, Cell>;
}>;

const none: ReadonlyMap<string, Cell> = new Map();

/** The commands of a client that sends query attributes (manual: "Query Attributes"), without them. */
export class QueryAttributes {
  /** How many parameters of a prepared statement are its own: an EXECUTE without types does not name the others. */
  readonly #own = new Map<number, number>();

  /** Throws ProtocolError `malformed_packet`. */
  strip(payload: Buffer): Stripped {
    switch (payload[0]) {
      case code.QUERY:
        return ofQuery(payload);
      case code.STMT_EXECUTE:
        return { payload: this.#ofExecute(payload), attributes: none };
      case code.STMT_CLOSE:
        if (payload.length >= 5) this.#own.delete(payload.readUInt32LE(1));
        return { payload, attributes: none };
      default:
        return { payload, attributes: none };
    }
  }

  /** Values of attributes stay behind those of the parameters, where nobody reads them. */
  #ofExecute(payload: Buffer): Buffer {
    if (payload.length <= executeHeadBytes) return payload;
    const reader = new PacketReader(payload);
    reader.skip(1);
    const statementId = reader.u32();
    reader.skip(executeHeadBytes - flagsAt);
    const count = readCount(reader);
    const head = payload.subarray(0, executeHeadBytes);
    head.writeUInt8(head.readUInt8(flagsAt) & ~countAvailable, flagsAt);
    if (count === 0) return head;
    const nulls = reader.bytes(Math.ceil(count / 8));
    const hasTypes = reader.u8();
    const types = hasTypes === 1 ? readNamedTypes(reader, count) : undefined;
    const own = types === undefined ? (this.#own.get(statementId) ?? count) : ownCount(types);
    this.#remember(statementId, own);
    if (own === 0) return head;
    const sent = (types ?? []).slice(0, own).map(({ bytes }) => bytes);
    return Buffer.concat([
      head,
      nulls.subarray(0, Math.ceil(own / 8)),
      Buffer.of(hasTypes),
      ...sent,
      reader.rest(),
    ]);
  }

  #remember(statementId: number, own: number): void {
    const [oldest] = this.#own.keys();
    if (oldest !== undefined && this.#own.size >= rememberedMax) this.#own.delete(oldest);
    this.#own.set(statementId, own);
  }
}

function ofQuery(payload: Buffer): Stripped {
  const reader = new PacketReader(payload);
  reader.skip(1);
  const count = readCount(reader);
  if (readCount(reader) !== 1) throw malformed('query attributes come as one set');
  const attributes = count === 0 ? none : readAttributes(reader, count);
  // The command byte goes to where the attributes end: the text may have 64 MB.
  const at = payload.length - reader.remaining - 1;
  payload.writeUInt8(code.QUERY, at);
  return { payload: payload.subarray(at), attributes };
}

function readAttributes(reader: PacketReader, count: number): ReadonlyMap<string, Cell> {
  const nulls = reader.bytes(Math.ceil(count / 8));
  if (reader.u8() !== 1) throw malformed('query attributes come with their types');
  const attributes = new Map<string, Cell>();
  for (const [index, { name, bytes }] of readNamedTypes(reader, count).entries()) {
    const isNull = (nulls.readUInt8(index >>> 3) & (1 << (index & 7))) !== 0;
    const [type] = readTypes(new PacketReader(bytes), 1);
    const value = isNull || type === undefined ? null : readValue(reader, type).value;
    if (!attributes.has(name)) attributes.set(name, value);
  }
  return attributes;
}

type NamedType = Readonly<{ bytes: Buffer; name: string }>;

function readNamedTypes(reader: PacketReader, count: number): readonly NamedType[] {
  return Array.from({ length: count }, () => ({ bytes: reader.bytes(2), name: reader.lengthEncodedText() }));
}

/** Placeholders come first, and have no names. */
function ownCount(types: readonly NamedType[]): number {
  const first = types.findIndex(({ name }) => name !== '');
  return first < 0 ? types.length : first;
}

function readCount(reader: PacketReader): number {
  const count = reader.lengthEncodedInteger();
  if (count > countMax) throw malformed(`${count} parameters`);
  return Number(count);
}

function malformed(detail: string): ProtocolError {
  return new ProtocolError('malformed_packet', `malformed communication packet: ${detail}`);
}
