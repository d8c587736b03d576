/**
 * The parts of a ZIP file as we write and read them (PKWARE's APPNOTE 6.3.10): local header (4.3.7), central header
 * (4.3.12), end record (4.3.16) and, beyond 65,535 entries or 4 GiB, the ZIP64 end record with its locator (4.3.14,
 * 4.3.15).
 */
export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

export const methods = { stored: 0, deflated: 8 } as const;

export const sizes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

/** Fields of this value stand in the ZIP64 parts instead. */
export const in32 = 0xffffffff;
export const in16 = 0xffff;

/** Bit 0: encrypted; bit 11: names are UTF-8. */
export const flags = { encrypted: 0x0001, utf8: 0x0800 } as const;

/** Seconds since the epoch, as an extra field: the DOS time has no zone and no odd seconds (Info-ZIP's 0x5455). */
const timestampTag = 0x5455;

export type ZipEntry = Readonly<{
  name: string;
  method: number;
  crc: number;
  compressedBytes: number;
  bytes: number;
  modifiedAt: number;
  /** Of the local header. */
  at: number;
}>;

/** DOS date and time of MS-DOS's file system, in local time; 1980 is its first year, 2107 its last. */
export function dosTime(atMs: number): Readonly<{ date: number; time: number }> {
  const at = new Date(atMs);
  const year = Math.min(Math.max(at.getFullYear(), 1980), 2107) - 1980;
  return {
    date: (year << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
  };
}

export function fromDosTime(date: number, time: number): number {
  const day = [(date >> 9) + 1980, ((date >> 5) & 15) - 1, date & 31] as const;
  return new Date(...day, time >> 11, (time >> 5) & 63, (time & 31) * 2).getTime();
}

/** The extra field with the time; empty where it does not fit into 32 bits. */
export function timestampField(atMs: number): Buffer {
  const seconds = Math.floor(atMs / 1_000);
  if (seconds < 0 || seconds > 0x7fffffff) return Buffer.alloc(0);
  const field = Buffer.alloc(9);
  field.writeUInt16LE(timestampTag, 0);
  field.writeUInt16LE(5, 2);
  field.writeUInt8(1, 4);
  field.writeInt32LE(seconds, 5);
  return field;
}

export function readTimestamp(extra: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const hasTime = extra.readUInt16LE(at) === timestampTag && at + 9 <= extra.length;
    if (hasTime && (extra.readUInt8(at + 4) & 1) === 1) return extra.readInt32LE(at + 5) * 1_000;
  }
  return undefined;
}
