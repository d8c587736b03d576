/** Capability flags (manual: "Capabilities Flags"), those this server knows. Bits of an unsigned 32-bit number. */
export const capability = {
  LONG_PASSWORD: 0x0000_0001,
  FOUND_ROWS: 0x0000_0002,
  LONG_FLAG: 0x0000_0004,
  CONNECT_WITH_DB: 0x0000_0008,
  COMPRESS: 0x0000_0020,
  IGNORE_SPACE: 0x0000_0100,
  PROTOCOL_41: 0x0000_0200,
  INTERACTIVE: 0x0000_0400,
  SSL: 0x0000_0800,
  TRANSACTIONS: 0x0000_2000,
  SECURE_CONNECTION: 0x0000_8000,
  MULTI_STATEMENTS: 0x0001_0000,
  MULTI_RESULTS: 0x0002_0000,
  PS_MULTI_RESULTS: 0x0004_0000,
  PLUGIN_AUTH: 0x0008_0000,
  CONNECT_ATTRS: 0x0010_0000,
  PLUGIN_AUTH_LENENC: 0x0020_0000,
  DEPRECATE_EOF: 0x0100_0000,
  /** CLIENT_ZSTD_COMPRESSION_ALGORITHM. */
  ZSTD: 0x0400_0000,
  QUERY_ATTRIBUTES: 0x0800_0000,
} as const;

const withoutTls = Object.values(capability).reduce((all, flag) => all | flag, 0) & ~capability.SSL;

/**
 * What the greeting offers. LONG_PASSWORD is always set: without it clients take the server for MariaDB and read
 * four more capability bytes. LOCAL_FILES is not offered, since nothing here serves it.
 */
export function offeredCapabilities(hasTls: boolean): number {
  return (hasTls ? withoutTls | capability.SSL : withoutTls) >>> 0;
}

export function has(capabilities: number, flag: number): boolean {
  return (capabilities & flag) !== 0;
}
