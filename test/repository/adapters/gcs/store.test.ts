import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe, requireFit } from '../../../../src/repository/probe.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  bytesBody,
  calm,
  fresh,
  mebibyte,
  patternBytes,
  put,
  read,
  sameBytes,
} from '../../../conformance/blob-store/support.ts';
import {
  GoogleIdentityServer,
  privateKeyText,
  serviceAccount,
} from '../../../doubles/google-identity-server.ts';
import type { ServerFault } from '../../../doubles/http-answers.ts';
import type { ObjectServer } from '../../../doubles/object-server.ts';
import { startS3Server } from '../../../doubles/s3-server.ts';
import { survivesFaults } from '../../../support/cloud-faults.ts';
import { storeParts } from '../../../support/store-parts.ts';
import { namesInDouble, wholeJobPastFailures } from '../../../support/whole-job.ts';

type Fault = (operation: string, count: number) => ServerFault | undefined;

const nobodysKeys = new Map([['nobody', { secretKey: 'unused' }]]);

/** Only tokens are let in: a signature of any kind is refused. */
function start(identity: GoogleIdentityServer, fault: Fault = () => undefined): Promise<ObjectServer> {
  const { isToken } = identity;
  return startS3Server({ conditions: 'google', pageMax: 7, keys: nobodysKeys, isToken, fault });
}

function properties(identity: GoogleIdentityServer, endpoint: string): Readonly<Record<string, string>> {
  return {
    'gcp.gcs.service_account_email': serviceAccount.email,
    'gcp.gcs.service_account_private_key_id': serviceAccount.keyId,
    'gcp.gcs.service_account_private_key': privateKeyText.replaceAll('\n', String.raw`\n`),
    'gcp.gcs.token_uri': identity.tokenUri,
    'gcp.gcs.endpoint': endpoint,
  };
}

describe('gs://', () => {
  let identity: GoogleIdentityServer;
  let shared: ObjectServer;
  before(async () => {
    identity = await GoogleIdentityServer.start();
    shared = await start(identity);
  });
  after(async () => {
    await shared[Symbol.asyncDispose]();
    await identity[Symbol.asyncDispose]();
  });

  const open = (server = shared, changes: Readonly<Record<string, string>> = {}): Promise<BlobStore> => {
    const all = new Map(Object.entries({ ...properties(identity, server.endpoint), ...changes }));
    return openStore(`gs://bucket/${randomUUID()}`, all, storeParts());
  };

  conformsToBlobStore({
    name: 'gs://',
    open: () => open(),
  });

  survivesFaults({
    name: 'gs://',
    start: async (options) =>
      startS3Server({ conditions: 'google', isToken: identity.isToken, keys: nobodysKeys, ...options }),
    location: 'gs://bucket',
    propertiesAt: (endpoint) => properties(identity, endpoint),
    checksum: 'MD5',
    answersSums: false,
  });

  it('is found fit, and asks for one token', async () => {
    const before = identity.count;
    await using store = await open();
    requireFit(await probe(store, Date.now, calm), 'gs');
    assert.equal(identity.count, before + 1);
    assert.ok(shared.calls.every((call) => call.dialect === 'bearer'));
  });

  it('keeps the condition of large writes', async () => {
    await using store = await open();
    const bytes = patternBytes(9 * mebibyte);
    await store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
    await assertFails('already_exists', store.put(blobKey('a'), bytesBody('x'), fresh, calm));
    sameBytes(await read(store, 'a'), bytes);
  });

  it('is refused with a token that the store does not know, once', async () => {
    await using server = await startS3Server({
      conditions: 'google',
      keys: new Map([['nobody', { secretKey: 'unused' }]]),
      isToken: () => false,
    });
    await using store = await open(server);
    await assertFails('invalid_credentials', put(store, 'a', 'x'));
    assert.equal(server.count('put'), 1);
  });

  it('carries a whole job past a network that fails one request of twenty, and leaves nothing', async () => {
    await using server = await start(identity);
    await wholeJobPastFailures({ port: server.port, seed: 2 }, (endpoint) => ({
      location: 'gs://bucket/backup',
      properties: properties(identity, endpoint),
      leftovers: async () => namesInDouble(server),
    }));
  });
});
