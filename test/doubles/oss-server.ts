import { Refusal } from './http-answers.ts';
import { ObjectServer, type ObjectServerOptions, ossLike } from './object-server.ts';
import { verifyOssSignature } from './signature-oss.ts';

/** An OSS server that takes signatures of versions 1 and 4. */
export async function startOssServer(
  options: ObjectServerOptions & Readonly<{ region: string }>,
): Promise<ObjectServer> {
  const { keys, region, now = Date.now } = options;
  const secretOf = (key: string): string | undefined => keys.get(key)?.secretKey;
  return ObjectServer.start(
    {
      ...ossLike('x-oss-'),
      authorize: (call) => {
        const verdict = verifyOssSignature(call, { secretOf, now: now(), region });
        if (verdict.outcome === 'signed') return { accessKey: verdict.accessKey, dialect: verdict.version };
        throw new Refusal(verdict.code === 'InvalidArgument' ? 400 : 403, verdict.code, verdict.message);
      },
      wrongDigest: 'InvalidDigest',
      tokenHeader: 'x-oss-security-token',
      expiredToken: new Refusal(403, 'SecurityTokenExpired', 'The security token has expired.'),
      rangesAreLenient: true,
    },
    options,
  );
}
