import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { BlobStat, BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey, isBlobKey } from '../../../src/repository/key.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { httpPlaces, openPlace } from '../../support/http-places.ts';

type Reply = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string }>;

/** Answers that a store gave, as the words they are made of: mixed at random they come far into each reader. */
const xmlWords = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<ListBucketResult>',
  '</ListBucketResult>',
  '<EnumerationResults>',
  '</EnumerationResults>',
  '<IsTruncated>true</IsTruncated>',
  '<IsTruncated>false</IsTruncated>',
  '<NextContinuationToken>n</NextContinuationToken>',
  '<NextContinuationToken/>',
  '<NextMarker>n</NextMarker>',
  '<Contents>',
  '</Contents>',
  '<Key>x/a</Key>',
  '<Key>x/../../b</Key>',
  '<Key>elsewhere/b</Key>',
  '<Key></Key>',
  '<Size>1</Size>',
  '<Size>-1</Size>',
  '<Size>1e400</Size>',
  '<Size>many</Size>',
  '<LastModified>2026-01-01T00:00:00Z</LastModified>',
  '<LastModified>yesterday</LastModified>',
  '<CommonPrefixes><Prefix>x/a/</Prefix></CommonPrefixes>',
  '<CommonPrefixes><Prefix>/</Prefix></CommonPrefixes>',
  '<Blobs>',
  '</Blobs>',
  '<Blob><Name>x/a</Name><Properties><Content-Length>-3</Content-Length></Properties></Blob>',
  '<Error><Code>SlowDown</Code><Message>&amp;</Message></Error>',
  '<Error><Code>__proto__</Code></Error>',
  '<constructor>1</constructor>',
  '<__proto__><a>1</a></__proto__>',
  '<!DOCTYPE a [<!ENTITY b "cc">]>',
  '&b;',
  '&#x0;',
  '<![CDATA[',
  ']]>',
  '<',
  '',
];

const words = fc.array(fc.constantFrom(...xmlWords), { maxLength: 14 }).map((some) => some.join(''));

function element(name: string, ...texts: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...texts).map((text) => `<${name}>${text}</${name}>`);
}

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

const size = ['1', '1', '-1', '0.5', '1e400', 'many', ''] as const;
const time = ['2026-01-01T00:00:00Z', 'Thu, 01 Jan 2026 00:00:00 GMT', 'yesterday', ''] as const;
const contents = fc
  .array(
    joined(
      element('Key', 'x/a', 'x/a', 'x/../../b', 'elsewhere/b', '', 'x/'),
      element('LastModified', ...time),
      element('Size', ...size),
    ),
    { maxLength: 3 },
  )
  .map((some) => some.map((one) => `<Contents>${one}</Contents>`).join(''));
const s3List = joined(
  element('IsTruncated', 'false', 'true', 'perhaps'),
  element('NextContinuationToken', 'n', ''),
  element('NextMarker', 'x/a', ''),
  contents,
  element('CommonPrefixes', '<Prefix>x/a/</Prefix>', '<Prefix>/</Prefix>', '<Prefix>y/</Prefix>', ''),
).map((inner) => `<ListBucketResult>${inner}</ListBucketResult>`);
const azureList = joined(
  fc
    .array(
      joined(
        element('Name', 'x/a', 'x/a', 'x/../b', 'y'),
        joined(element('Last-Modified', ...time), element('Content-Length', ...size)).map(
          (inner) => `<Properties>${inner}</Properties>`,
        ),
      ),
      { maxLength: 3 },
    )
    .map((some) => `<Blobs>${some.map((one) => `<Blob>${one}</Blob>`).join('')}</Blobs>`),
  element('NextMarker', 'n', '', ''),
).map((inner) => `<EnumerationResults>${inner}</EnumerationResults>`);
const xml = fc.oneof(words, s3List, azureList);

const strange: readonly unknown[] = [
  null,
  -1,
  0.5,
  1e300,
  '',
  'a',
  '../b',
  '/etc',
  [],
  {},
  true,
  's'.repeat(300),
];
const odd = fc.constantFrom(...strange);
const fileStatus = fc.record(
  {
    pathSuffix: fc.oneof(fc.constantFrom('a', '..', 'b/c', ''), odd),
    type: fc.oneof(fc.constantFrom('FILE', 'SYMLINK'), odd),
    length: fc.oneof(fc.constantFrom(1, 0), odd),
    modificationTime: fc.oneof(fc.constant(5), odd),
  },
  { requiredKeys: [] },
);
/** What WebHDFS and Google answer, with values of other types in each place. */
const json = fc
  .oneof(
    fc.record({
      FileStatuses: fc.oneof(fc.record({ FileStatus: fc.array(fileStatus, { maxLength: 3 }) }), odd),
    }),
    fc.record({ FileStatus: fc.oneof(fileStatus, odd) }),
    fc.record({ RemoteException: fc.oneof(fc.record({ exception: odd, message: odd }), odd) }),
    fc.record({ boolean: odd }),
    fc.record({ items: odd, nextPageToken: odd, error: odd }),
    odd,
  )
  .map((value) => JSON.stringify(value).replace('1e+300', '1e400'));

const reply: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(
    200,
    200,
    200,
    200,
    204,
    206,
    302,
    307,
    400,
    403,
    404,
    409,
    412,
    416,
    418,
    429,
    500,
    503,
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      'content-type',
      'location',
      'retry-after',
      'etag',
      'last-modified',
      'content-range',
      'www-authenticate',
      'x-ms-request-id',
      'x-oss-hash-crc64ecma',
    ),
    fc.constantFrom(
      'application/xml',
      'application/json',
      'http://[',
      'file:///etc/passwd',
      '-1',
      '1e9',
      '""',
      'yesterday',
      'bytes 0-0/x',
      'Negotiate, Basic',
    ),
    { maxKeys: 3 },
  ),
  body: fc.oneof(xml, json),
});

/** Replies are given in turn to whatever is asked. */
class HostileStore implements AsyncDisposable {
  readonly #server: Server;
  #replies: readonly Reply[] = [];
  #asked = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const next = this.#replies[this.#asked++ % this.#replies.length];
      request.resume().on('end', () => {
        // Whoever follows an endless list is let go at some time.
        if (next === undefined || this.#asked > 50) return void response.writeHead(400).end();
        response.writeHead(next.status, next.headers).end(next.body);
      });
    });
  }

  static async start(): Promise<HostileStore> {
    const store = new HostileStore();
    await new Promise<void>((resolve) => store.#server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  plays(replies: readonly Reply[]): void {
    this.#replies = replies;
    this.#asked = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function assertPossible({ key, sizeBytes, modifiedAt }: BlobStat): void {
  assert.ok(isBlobKey(key), key);
  assert.ok(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, `size ${sizeBytes}`);
  assert.ok(Number.isFinite(modifiedAt), `time ${modifiedAt}`);
}

const calls: Readonly<Record<string, (store: BlobStore, signal: AbortSignal) => Promise<void>>> = {
  list: async (store, signal) => {
    for await (const stat of store.list('', signal)) assertPossible(stat);
  },
  listSegments: async (store, signal) => {
    for await (const segment of store.listSegments('', signal)) assert.ok(isBlobKey(segment), segment);
  },
  stat: async (store, signal) => {
    const stat = await store.stat(blobKey('a'), signal);
    if (stat !== undefined) assertPossible(stat);
  },
  get: async (store, signal) => {
    for await (const piece of store.get(blobKey('a'), { start: 0, length: 1 }, signal))
      assert.ok(piece.length <= 1);
  },
  put: async (store, signal) =>
    store.put(blobKey('a'), { kind: 'bytes', bytes: Buffer.from('a') }, { ifAbsent: true }, signal),
  deleteMany: async (store, signal) => store.deleteMany([blobKey('a')], signal),
};

/** For each call of each store: four seconds in all. `RUNS=1500` found what these seeds of the suite keep. */
const runs = { numRuns: Number(process.env['RUNS'] ?? 25), seed: 7 };

/** What 1,500 runs found: such a size or time came out of the store. */
const found: readonly Reply[] = [
  '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>x/a</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>-1</Size></Contents></ListBucketResult>',
  '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>x/a</Key><LastModified>yesterday</LastModified><Size>1</Size></Contents></ListBucketResult>',
  '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken><NextMarker>n</NextMarker></ListBucketResult>',
  '<EnumerationResults><Blobs><Blob><Name>x/a</Name><Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Content-Length>1e400</Content-Length></Properties></Blob></Blobs></EnumerationResults>',
  '{"FileStatus":{"pathSuffix":"","type":"FILE","length":-1,"modificationTime":5}}',
  '{"FileStatuses":{"FileStatus":[{"pathSuffix":"a","type":"FILE","length":0.5,"modificationTime":5}]}}',
].map((body) => ({ status: 200, headers: {}, body }));

describe('a store whose answers are nonsense', () => {
  for (const place of httpPlaces) {
    for (const [name, call] of Object.entries(calls)) {
      it(`at ${place.location} makes ${name} fail with an error of stores, or gives what a store may give`, async () => {
        await using server = await HostileStore.start();
        await using store = await openPlace(place, server.origin, 5_000);
        await fc.assert(
          fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 3 }), async (replies) => {
            server.plays(replies);
            try {
              await call(store, AbortSignal.timeout(20_000));
            } catch (error) {
              assert.ok(error instanceof StorageError, String(error instanceof Error ? error.stack : error));
            }
          }),
          { ...runs, examples: found.map((one): [Reply[]] => [[one]]) },
        );
      });
    }
  }
});
