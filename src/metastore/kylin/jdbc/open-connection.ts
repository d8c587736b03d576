import type { KylinConnection } from './connection.ts';
import type { KylinStoreOptions } from './url.ts';

/** Each driver is loaded when a store first needs it. Throws MetadataError `unavailable`. */
export async function openConnection(
  options: KylinStoreOptions,
  signal: AbortSignal,
): Promise<KylinConnection> {
  signal.throwIfAborted();
  if (options.system === 'postgresql') {
    const { PostgresConnection } = await import('./postgres-connection.ts');
    return PostgresConnection.open(options, signal);
  }
  const { MysqlConnection } = await import('./mysql-connection.ts');
  return MysqlConnection.open(options, signal);
}
