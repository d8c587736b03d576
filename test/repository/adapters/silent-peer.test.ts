import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { bytesBody, plain } from '../../conformance/blob-store/support.ts';
import {
  GoogleIdentityServer,
  privateKeyText,
  serviceAccount,
} from '../../doubles/google-identity-server.ts';
import { azurePlace, type HttpPlace, httpPlaces, openPlace } from '../../support/http-places.ts';

const silenceMsMax = 250;
/** Whoever still waits then would wait for ever. */
const hangMs = 150_000;
const says = 'timeout: did not answer in time';
const key = blobKey('a');

type Call = (store: BlobStore, signal: AbortSignal) => Promise<unknown>;

const reading: Readonly<Record<string, Call>> = {
  get: (store, signal) => Array.fromAsync(store.get(key, { start: 0, length: 1000 }, signal)),
  list: (store, signal) => Array.fromAsync(store.list('', signal)),
  listSegments: (store, signal) => Array.fromAsync(store.listSegments('', signal)),
};
const writing: Readonly<Record<string, Call>> = {
  put: (store, signal) => store.put(key, bytesBody('a'), plain, signal),
  stat: (store, signal) => store.stat(key, signal),
  deleteMany: (store, signal) => store.deleteMany([key, blobKey('b')], signal),
  sweepUploads: (store, signal) => store.sweepUploads(0, signal),
};
type Peer = Readonly<{
  manner: string;
  scheme?: string;
  /** What it does with a connection before it is silent, and leaves it open. */
  behave: (socket: Socket) => void;
  calls: Readonly<Record<string, Call>>;
}>;

const half = 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ncontent-type: application/xml\r\n\r\n<a>';
const peers: readonly Peer[] = [
  {
    manner: 'answers nothing',
    behave: (socket) => void socket.resume(),
    calls: { ...reading, ...writing },
  },
  {
    manner: 'reads nothing',
    behave: (socket) => void socket.pause(),
    calls: { ...reading, ...writing },
  },
  {
    manner: 'answers no greeting of TLS',
    scheme: 'https',
    behave: (socket) => void socket.resume(),
    calls: { ...reading, ...writing },
  },
  {
    manner: 'answers a half',
    behave: (socket) => void socket.once('data', () => socket.write(half)),
    calls: reading,
  },
];

/** Calls for which a store is not asked. */
const idle: ReadonlyMap<HttpPlace, readonly string[]> = new Map([[azurePlace, ['sweepUploads']]]);

function googlePlace(tokenUri: string): HttpPlace {
  return {
    location: 'gs://bucket/x',
    properties: (origin) => ({
      'gcp.gcs.service_account_email': serviceAccount.email,
      'gcp.gcs.service_account_private_key_id': serviceAccount.keyId,
      'gcp.gcs.service_account_private_key': privateKeyText,
      'gcp.gcs.token_uri': tokenUri,
      'gcp.gcs.endpoint': origin,
    }),
  };
}

describe('a store that falls silent and closes nothing', () => {
  for (const { manner, scheme = 'http', behave, calls } of peers) {
    it(`ends every call in time, with an error that says so, when it ${manner}`, async () => {
      await using identity = await GoogleIdentityServer.start();
      await using peer = await SilentPeer.start(behave);
      const origin = `${scheme}://127.0.0.1:${peer.port}`;
      const ends = [...httpPlaces, googlePlace(identity.tokenUri)].map((place) =>
        endsOf(place, origin, calls),
      );
      const wrong = (await Promise.all(ends)).flat().filter((end) => !end.includes(says));
      assert.deepEqual(wrong, []);
    });
  }
});

async function endsOf(place: HttpPlace, origin: string, calls: Peer['calls']): Promise<readonly string[]> {
  await using store = await openPlace(place, origin, silenceMsMax);
  const asked = Object.entries(calls).filter(([name]) => idle.get(place)?.includes(name) !== true);
  const ends = asked.map(async ([name, call]) => `${place.location} ${name}: ${await endOf(call, store)}`);
  return await Promise.all(ends);
}

async function endOf(call: Call, store: BlobStore): Promise<string> {
  try {
    await call(store, AbortSignal.timeout(hangMs));
    return 'no failure';
  } catch (error) {
    if (!(error instanceof StorageError)) return String(error);
    const { kind, message } = error;
    return kind === 'timeout' && message.endsWith('did not answer in time') ? says : `${kind}: ${message}`;
  }
}

class SilentPeer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(behave: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      behave(socket);
    });
  }

  static async start(behave: (socket: Socket) => void): Promise<SilentPeer> {
    const peer = new SilentPeer(behave);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
