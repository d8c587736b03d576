import { type StorageErrorKind, StorageError } from '../storage-error.ts';

type Meaning = readonly [kind: StorageErrorKind, words: string, hint?: string];

const unreachable =
  'Look at the endpoint in PROPERTIES or ON LOCATION, and whether this machine may reach it.';
const untrusted = 'Let this machine trust the certificate (NODE_EXTRA_CA_CERTS), or mend the endpoint.';

/** What the errors of sockets, names and certificates mean to a store. A certificate does not mend itself by waiting. */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ['unavailable', 'the connection was refused', unreachable],
  ENOTFOUND: ['unavailable', 'the name of the endpoint is unknown', unreachable],
  EAI_AGAIN: ['unavailable', 'the name of the endpoint cannot be looked up now', unreachable],
  EHOSTUNREACH: ['unavailable', 'there is no way to the endpoint', unreachable],
  ENETUNREACH: ['unavailable', 'there is no way to the endpoint', unreachable],
  ECONNRESET: ['unavailable', 'the connection was cut'],
  ECONNABORTED: ['unavailable', 'the connection was cut'],
  EPIPE: ['unavailable', 'the connection was cut'],
  ERR_STREAM_PREMATURE_CLOSE: ['unavailable', 'the connection was cut'],
  EPROTO: ['invalid_argument', 'the endpoint does not speak TLS', 'Look at the endpoint: does it want http?'],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'invalid_argument',
    'the endpoint does not speak TLS',
    "Write the endpoint with 'http://' if the store has no TLS.",
  ],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['invalid_argument', 'the endpoint does not speak TLS'],
  HPE_INVALID_CONSTANT: ['invalid_argument', 'the endpoint does not speak HTTP', unreachable],
  ETIMEDOUT: ['timeout', 'the endpoint did not answer in time', unreachable],
  ESOCKETTIMEDOUT: ['timeout', 'the endpoint did not answer in time', unreachable],
  CERT_HAS_EXPIRED: ['invalid_argument', 'the certificate of the endpoint has expired', untrusted],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'invalid_argument',
    'the certificate of the endpoint is not trusted',
    untrusted,
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'invalid_argument',
    'the certificate of the endpoint is not trusted',
    untrusted,
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'invalid_argument',
    'the certificate of the endpoint is not trusted',
    untrusted,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'invalid_argument',
    'the certificate of the endpoint is not trusted',
    untrusted,
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'invalid_argument',
    'the certificate is for another name than the endpoint',
    untrusted,
  ],
};

/** The StorageError of a request that got no answer; undefined for an error that is none of the network. */
export function networkError(doing: string, error: unknown): StorageError | undefined {
  const code = networkCode(error);
  if (code === undefined) return undefined;
  const [kind, words, hint] = meanings[code] as Meaning;
  return new StorageError(kind, `cannot ${doing}: ${words} (${code})`, {
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}

/** SDKs wrap errors of sockets; the first known code on the way down counts. */
function networkCode(error: unknown): string | undefined {
  const depthMax = 5;
  let at: unknown = error;
  for (let depth = 0; depth < depthMax && at instanceof Error; depth++) {
    const code: unknown = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && Object.hasOwn(meanings, code)) return code;
    if (at instanceof AggregateError) at = at.errors[0];
    else at = at.cause;
  }
  return undefined;
}
