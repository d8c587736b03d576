import type { ConnectionOptions } from 'mysql2/promise';
import type { Secret } from '../../base/secret.ts';

/** A MySQL server that keeps metadata: our own or a Kylin's. */
export type MetadataServer = Readonly<{
  host: string;
  port: number;
  user: string;
  password: Secret;
  database: string;
  /** As the `tls` property of catalogs: `required` encrypts but believes any certificate. */
  tls: 'disabled' | 'required' | 'verify_identity';
}>;

/** What mysql2 connects with; `connectTimeoutMs` is the whole time it may take. */
export function clientOptions(server: MetadataServer, connectTimeoutMs: number): ConnectionOptions {
  const { host, port, user, password, database, tls } = server;
  const isVerified = tls === 'verify_identity';
  return {
    host,
    port,
    user,
    password: password.reveal(),
    database,
    ...(tls !== 'disabled' && {
      ssl: { minVersion: 'TLSv1.2', rejectUnauthorized: isVerified, verifyIdentity: isVerified },
    }),
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    // A hostile server may answer any statement with a request for a file.
    flags: ['-LOCAL_FILES'],
    enableKeepAlive: true,
    multipleStatements: false,
    supportBigNumbers: true,
  };
}
