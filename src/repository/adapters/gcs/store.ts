import type { BlobStore } from '../../blob-store.ts';
import { ObjectStore } from '../../objects/object-store.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { openBearerClient, openClient } from '../s3/client.ts';
import type { S3Options } from '../s3/options.ts';
import { S3Requests } from '../s3/request.ts';
import { defaultPlaces } from './default-credentials.ts';
import type { GcsOptions } from './options.ts';
import { googleToken } from './token.ts';

export type GcsPlace = Readonly<{ bucket: string; path: string; options: GcsOptions; silenceMsMax: number }>;

/**
 * Opens the store below a path of a bucket. Sends nothing yet. Requests are those of Google's XML interface, which is
 * that of S3 with Google's own headers and tokens.
 */
export function openGcsStore(place: GcsPlace, tools: ObjectTools): BlobStore {
  const { bucket, path, options, silenceMsMax } = place;
  const { identity } = options;
  // oxlint-disable-next-line node/no-process-env -- variables that Google has set for all programs alike
  const places = defaultPlaces(process.env);
  const s3 = s3OptionsOf(options);
  const client =
    identity.kind === 'anonymous'
      ? openClient(s3, silenceMsMax)
      : openBearerClient(s3, googleToken(identity, { now: tools.now, silenceMsMax, places }), silenceMsMax);
  const requests = new S3Requests({ client, conditionalClient: undefined, bucket, dialect: s3.dialect });
  return new ObjectStore(requests, path, tools);
}

function s3OptionsOf({ endpoint }: GcsOptions): S3Options {
  return {
    endpoint,
    region: 'auto',
    isRegionGuessed: false,
    pathStyle: true,
    dialect: 'google',
    identity: { kind: 'anonymous' },
    role: undefined,
  };
}
