import { SqlError } from '../../base/sql-error.ts';

/** Parameters of Connector/J and of MariaDB's driver that say something about TLS, with what they mean here. */
const tlsParameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sslmode: {
    disabled: 'disabled',
    disable: 'disabled',
    required: 'required',
    trust: 'required',
    verify_ca: 'verify_ca',
    'verify-ca': 'verify_ca',
    verify_identity: 'verify_identity',
    'verify-full': 'verify_identity',
  },
  usessl: { true: 'verify_identity', false: 'disabled' },
};

/**
 * Host, port, user, password and `tls` of `jdbc:mysql://host:3306/…` or `jdbc:mariadb://…`, by the names of the
 * catalog's properties. Other parameters are for Java's drivers and left alone.
 */
export function parseJdbcUri(uri: string): Readonly<Record<string, string>> {
  const match = /^jdbc:(?:mysql|mariadb):\/\/(?<rest>.+)$/s.exec(uri);
  const url = match === null ? null : URL.parse(`mysql://${match.groups?.['rest'] ?? ''}`);
  if (url === null || url.hostname === '') {
    const hint = 'Say "jdbc:mysql://host:3306" or "jdbc:mariadb://host:3306".';
    throw new SqlError('analysis', 'catalog property "jdbc_uri" is not the URI of a MySQL server', { hint });
  }
  const found: Record<string, string> = { host: url.hostname.replace(/^\[(.*)\]$/, '$1') };
  if (url.port !== '') found['port'] = url.port;
  for (const [name, value] of [...credentials(url), ...url.searchParams]) {
    const lower = name.toLowerCase();
    if (lower === 'user' || lower === 'password') found[lower] = value;
    const mode = tlsParameters[lower]?.[value.toLowerCase()];
    if (mode !== undefined) found['tls'] = mode;
  }
  return found;
}

function credentials(url: URL): readonly (readonly [string, string])[] {
  return [['user', url.username] as const, ['password', url.password] as const].flatMap(([name, value]) =>
    value === '' ? [] : [[name, decodeURIComponent(value)] as const],
  );
}
