import { type Connection, createConnection } from 'mysql2/promise';
import type { Config } from './config/config.ts';
import type { Address } from './config/option.ts';

/**
 * Logs in to a server of this configuration, with the password that it gives root, or without one. A server that listens
 * on all addresses is asked on loopback.
 */
export async function connectAs(
  user: string,
  { rootPassword }: Pick<Config, 'rootPassword'>,
  { host, port }: Address,
): Promise<Connection> {
  const password = rootPassword?.reveal();
  return createConnection({
    host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
    port,
    user,
    ...(password !== undefined && { password }),
    supportBigNumbers: true,
    bigNumberStrings: true,
    flags: ['-LOCAL_FILES'],
  });
}
