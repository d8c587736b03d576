import { Refusal } from './http-answers.ts';
import { ObjectServer, type ObjectServerOptions, ossLike } from './object-server.ts';
import { verifyCosSignature } from './signature-cos.ts';

/** A COS server. */
export async function startCosServer(options: ObjectServerOptions): Promise<ObjectServer> {
  const { keys, now = Date.now } = options;
  const secretOf = (key: string): string | undefined => keys.get(key)?.secretKey;
  return ObjectServer.start(
    {
      ...ossLike('x-cos-'),
      authorize: (call) => {
        const verdict = verifyCosSignature(call, { secretOf, now: now() });
        if (verdict.outcome === 'signed') return { accessKey: verdict.accessKey, dialect: 'sha1' };
        throw new Refusal(403, verdict.code, verdict.message);
      },
      wrongDigest: 'BadDigest',
      tokenHeader: 'x-cos-security-token',
      expiredToken: new Refusal(403, 'ExpiredToken', 'The provided token has expired.'),
      rangesAreLenient: false,
    },
    options,
  );
}
