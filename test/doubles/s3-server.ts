import { createHash } from 'node:crypto';
import { type Headers, Refusal, type Reply } from './http-answers.ts';
import {
  md5,
  type ObjectCall,
  ObjectServer,
  type ObjectServerOptions,
  type Vendor,
} from './object-server.ts';
import { verifySignature } from './signature-v4.ts';

export type S3ServerOptions = Omit<ObjectServerOptions, 'bucket'> &
  Readonly<{
    /** `aws` keeps conditions; `google` knows only its own; `deaf` ignores them; `mute` refuses them with 501. */
    conditions: 'aws' | 'google' | 'deaf' | 'mute';
    /** Called `bucket` unless it is named. */
    bucket?: string;
    deletesMany?: boolean;
    /** Google's tokens, in the place of signatures. */
    isToken?: (token: string) => boolean;
  }>;

/** An S3 server, which recomputes every signature and hash. */
export async function startS3Server(options: S3ServerOptions): Promise<ObjectServer> {
  return ObjectServer.start(vendorOf(options), { bucket: 'bucket', ...options });
}

function vendorOf(options: S3ServerOptions): Vendor {
  const { conditions, deletesMany = true } = options;
  return {
    prefix: 'x-amz-',
    bucketIn: 'path',
    authorize: (call) => {
      const proof = proofOf(call, options);
      if (conditions === 'google') refuseWhatGoogleRefuses(call, proof.dialect);
      return proof;
    },
    ownHeader: (headers, name) => headers[`x-amz-${name}`] ?? headers[`x-goog-${name}`],
    wrongDigest: 'InvalidRequest',
    tokenHeader: 'x-amz-security-token',
    wrongToken: new Refusal(403, 'InvalidToken'),
    expiredToken: new Refusal(400, 'ExpiredToken', 'The token has expired'),
    isConditional: (call) => isConditional(call, conditions),
    taken: new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions did not hold'),
    etagOf: md5,
    sums: () => ({}),
    rangesAreLenient: false,
    deletesMany,
    reworded: (reply, dialect) => (dialect === 'bearer' ? inGoogleDialect(reply) : reply),
  };
}

function proofOf(
  { method, target, headers, body }: ObjectCall,
  { keys, now = Date.now, isToken }: S3ServerOptions,
): ReturnType<Vendor['authorize']> {
  const [, token] = /^Bearer (.+)$/.exec(headers['authorization'] ?? '') ?? [];
  if (token !== undefined && isToken !== undefined) {
    if (!isToken(token)) throw new Refusal(401, 'AuthenticationRequired', 'Authentication required.');
    return { dialect: 'bearer' };
  }
  const secretOf = (key: string): string | undefined => keys.get(key)?.secretKey;
  const verdict = verifySignature({ method, target, headers }, { secretOf, now: now(), service: 's3' });
  if (verdict.outcome === 'refused') throw new Refusal(403, verdict.code, verdict.message);
  if (verdict.outcome === 'anonymous') {
    if (keys.size > 0) throw new Refusal(403, 'AccessDenied', 'Access Denied');
    return { dialect: 'anonymous' };
  }
  const hash = createHash('sha256').update(body).digest('hex');
  if (verdict.contentHash !== undefined && verdict.contentHash !== hash) {
    throw new Refusal(400, 'XAmzContentSHA256Mismatch');
  }
  return verdict;
}

function isConditional(
  { operation, headers }: ObjectCall,
  conditions: S3ServerOptions['conditions'],
): boolean {
  switch (conditions) {
    case 'aws':
      return headers['if-none-match'] === '*';
    case 'google':
      // Joining parts knows no condition in either dialect.
      return operation === 'put' && headers['x-goog-if-generation-match'] === '0';
    case 'deaf':
      return false;
    case 'mute':
      if (operation === 'put' && headers['if-none-match'] !== undefined)
        throw new Refusal(501, 'NotImplemented', 'not implemented');
      return false;
  }
}

/** Headers that Google's XML interface answers with an error, or that must not stand beside each other. */
function refuseWhatGoogleRefuses({ headers }: Readonly<{ headers: Headers }>, dialect: string): void {
  const names = Object.keys(headers);
  const checksum = names.find((name) => /^x-amz-(sdk-)?checksum/.test(name));
  if (checksum !== undefined) throw new Refusal(400, 'ExcessHeaderValues', checksum);
  if (headers['content-encoding']?.includes('aws-chunked'))
    throw new Refusal(400, 'InvalidArgument', 'aws-chunked');
  const isMixed = names.some((name) =>
    name.startsWith(dialect === 'GOOG4' || dialect === 'bearer' ? 'x-amz-' : 'x-goog-'),
  );
  if (isMixed) throw new Refusal(400, 'MalformedSecurityHeader', 'x-amz and x-goog headers are mixed');
}

/** Google answers in the dialect in which it was asked. */
function inGoogleDialect(reply: Reply): Reply {
  const renamed = Object.entries(reply.headers ?? {}).map(([name, value]) => [
    name.replace(/^x-amz-/, 'x-goog-'),
    value,
  ]);
  return { ...reply, headers: Object.fromEntries(renamed) };
}
