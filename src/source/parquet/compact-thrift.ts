/** Field types of Thrift's compact protocol (thrift-compact-protocol.md of Apache Thrift) that Parquet's metadata has. */
const types = { true: 1, false: 2, byte: 3, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value of a structure. Fields are given in ascending order of their ids. */
export type ThriftValue =
  | Readonly<{ kind: 'i32' | 'i64' | 'byte'; value: number }>
  | Readonly<{ kind: 'bool'; value: boolean }>
  | Readonly<{ kind: 'binary'; value: Uint8Array | string }>
  | Readonly<{ kind: 'list'; of: 'i32' | 'binary' | 'struct'; values: readonly ThriftValue[] }>
  | Readonly<{ kind: 'struct'; fields: readonly ThriftField[] }>;
export type ThriftField = readonly [id: number, value: ThriftValue];

export const i32 = (value: number): ThriftValue => ({ kind: 'i32', value });
export const i64 = (value: number): ThriftValue => ({ kind: 'i64', value });
export const byte = (value: number): ThriftValue => ({ kind: 'byte', value });
export const bool = (value: boolean): ThriftValue => ({ kind: 'bool', value });
export const binary = (value: Uint8Array | string): ThriftValue => ({ kind: 'binary', value });
export const struct = (...fields: readonly ThriftField[]): ThriftValue => ({ kind: 'struct', fields });
export const list = (of: 'i32' | 'binary' | 'struct', values: readonly ThriftValue[]): ThriftValue => ({
  kind: 'list',
  of,
  values,
});

/** The bytes of a structure in Thrift's compact protocol. */
export function encodeStruct(...fields: readonly ThriftField[]): Buffer {
  const bytes: number[] = [];
  writeFields(bytes, fields);
  return Buffer.from(bytes);
}

function writeFields(bytes: number[], fields: readonly ThriftField[]): void {
  let last = 0;
  for (const [id, value] of fields) {
    const delta = id - last;
    if (delta > 0 && delta <= 15) bytes.push((delta << 4) | typeOf(value));
    else {
      bytes.push(typeOf(value));
      writeSigned(bytes, id);
    }
    last = id;
    writeValue(bytes, value);
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if (value.kind === 'bool') return value.value ? types.true : types.false;
  return types[value.kind];
}

function writeValue(bytes: number[], value: ThriftValue): void {
  switch (value.kind) {
    // A boolean field is told by its type alone.
    case 'bool':
      return;
    case 'byte':
      bytes.push(value.value & 0xff);
      return;
    case 'i32':
    case 'i64':
      writeSigned(bytes, value.value);
      return;
    case 'binary': {
      const data = typeof value.value === 'string' ? Buffer.from(value.value, 'utf8') : value.value;
      writeVarint(bytes, data.length);
      for (const each of data) bytes.push(each);
      return;
    }
    case 'list':
      writeListHead(bytes, value.values.length, types[value.of]);
      for (const each of value.values) writeValue(bytes, each);
      return;
    case 'struct':
      writeFields(bytes, value.fields);
      return;
  }
}

function writeListHead(bytes: number[], size: number, type: number): void {
  if (size < 15) bytes.push((size << 4) | type);
  else {
    bytes.push(0xf0 | type);
    writeVarint(bytes, size);
  }
}

/** Zigzag: small numbers of either sign take few bytes. Exact up to 2^52. */
function writeSigned(bytes: number[], value: number): void {
  writeVarint(bytes, value < 0 ? -value * 2 - 1 : value * 2);
}

export function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
