import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { BlobBody, BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe, requireFit } from '../../../../src/repository/probe.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  bytesBody,
  calm,
  fresh,
  listKeys,
  patternBytes,
  plain,
  put,
  putAll,
  read,
} from '../../../conformance/blob-store/support.ts';
import { findMiniHdfs, type MiniHdfs, startMiniHdfs } from '../../../support/hdfs.ts';
import { skipReason } from '../../../support/programs.ts';
import { storeParts } from '../../../support/store-parts.ts';
import { until } from '../../../support/until.ts';
import { wholeJobPastFailures } from '../../../support/whole-job.ts';

const skip = skipReason(findMiniHdfs(), 'HDFS');

describe('HDFS', { skip }, () => {
  let server: MiniHdfs;
  before(async () => {
    server = await startMiniHdfs();
  });
  after(() => server[Symbol.asyncDispose]());

  conformsToBlobStore({
    name: 'HDFS',
    open: () => open(server),
  });

  it('is found fit', async () => {
    await using store = await open(server);
    requireFit(await probe(store, Date.now, calm), 'HDFS');
  });

  it('is found beside the port of RPC and by the names of a service, whichever NameNode answers', async () => {
    const names = {
      'dfs.nameservices': 'cluster',
      'dfs.ha.namenodes.cluster': 'nn1,nn2',
      // The first is there and speaks no WebHDFS, as a port of RPC does.
      'dfs.namenode.http-address.cluster.nn1': `localhost:${server.rpcPort}`,
      'dfs.namenode.http-address.cluster.nn2': `localhost:${server.httpPort}`,
    };
    const opened = openStore('hdfs://cluster/ha', new Map(Object.entries(names)), storeParts());
    await using store = await opened;
    await put(store, 'a', 'x');
    assert.equal((await read(store, 'a')).toString(), 'x');
  });

  it('says which permission is missing', async () => {
    await using store = await open(server, { username: 'stranger' });
    await assert.rejects(put(store, 'a', 'x'), /Permission denied: user=stranger, access=WRITE/);
    await assertFails('permission_denied', put(store, 'a', 'x'));
  });

  it('keeps paths with blanks, signs and letters of any script', async () => {
    const path = `${randomUUID()}/a b/50%25+%23%3F/ü漢&=;`;
    await using store = await openAt(server, path);
    await put(store, 'a/b', 'x');
    assert.deepEqual(await listKeys(store), ['a/b']);
    assert.equal((await read(store, 'a/b')).toString(), 'x');
  });

  it('refuses a blob where a folder is, and a folder where a blob is', async () => {
    await using store = await open(server);
    await put(store, 'a/b', 'x');
    await assertFails('invalid_argument', store.put(blobKey('a'), bytesBody('x'), fresh, calm));
    await assertFails('invalid_argument', store.put(blobKey('a'), bytesBody('x'), plain, calm));
    await assertFails('invalid_argument', store.put(blobKey('a/b/c'), bytesBody('x'), fresh, calm));
    assert.equal(await store.stat(blobKey('a/b/c'), calm), undefined);
    await assertFails('not_found', read(store, 'a'));
    await assertFails('not_found', read(store, 'a/b/c'));
    await store.deleteMany([blobKey('a'), blobKey('a/b/c')], calm);
    assert.deepEqual(await listKeys(store), ['a/b']);
  });

  it('leaves nothing of a put that is cancelled', async () => {
    const path = randomUUID();
    await using store = await openAt(server, path);
    const controller = new AbortController();
    const body: BlobBody = {
      kind: 'stream',
      open: async function* body() {
        yield patternBytes(1024 * 1024);
        // A file that HDFS makes after it was told to delete it is left for a later sweep.
        await until('the file of the put', async () => (await filesBelow(server, `/${path}`))[0]);
        controller.abort();
        yield patternBytes(10);
      },
    };
    await assertFails('cancelled', store.put(blobKey('b'), body, fresh, controller.signal));
    await store.sweepUploads(0, calm);
    assert.deepEqual(await filesBelow(server, `/${path}`), []);
  });

  it('sweeps what a killed process left, when it is old enough', async () => {
    const path = randomUUID();
    await using store = await openAt(server, path);
    await put(store, 'a', 'x');
    await using beside = await openAt(server, `${path}/.tmp-holdfast`);
    await put(beside, 'left', 'half');
    assert.equal(await store.sweepUploads(60_000, calm), 0);
    assert.equal(await store.sweepUploads(-60_000, calm), 1);
    assert.deepEqual(await listKeys(store), ['a']);
    await assertFails('invalid_argument', put(store, '.tmp-holdfast/x', 'x'));
    assert.equal(await store.stat(blobKey('.tmp-holdfast/x'), calm), undefined);
  });

  it('removes folders that became empty, and nothing above its root', async () => {
    await using store = await open(server);
    await putAll(store, ['a/b/c/1', 'a/d/1']);
    await store.deleteMany([blobKey('a/b/c/1')], calm);
    await assertFails('invalid_argument', store.put(blobKey('a'), bytesBody('x'), fresh, calm));
    await store.deleteMany([blobKey('a/d/1')], calm);
    await store.put(blobKey('a'), bytesBody('x'), fresh, calm);
    assert.deepEqual(await listKeys(store), ['a']);
  });

  it('carries a whole job past a NameNode and a DataNode that fail one request of twenty, and leaves nothing', async () => {
    await wholeJobPastFailures({ port: server.httpPort, seed: 1 }, (endpoint) => ({
      location: 'hdfs://127.0.0.1:9000/whole/job',
      properties: { username: userOf(), 'dfs.http.port': new URL(endpoint).port },
      leftovers: () => filesBelow(server, '/whole'),
    }));
  });
});

function userOf(): string {
  return process.env['USER'] ?? 'root';
}

/** A store of its own path. */
function open(server: MiniHdfs, properties: Readonly<Record<string, string>> = {}): Promise<BlobStore> {
  return openAt(server, randomUUID(), properties);
}

function openAt(
  { httpPort, rpcPort }: MiniHdfs,
  path: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<BlobStore> {
  const all = new Map(Object.entries({ 'dfs.http.port': String(httpPort), ...properties }));
  return openStore(`hdfs://localhost:${rpcPort}/${path}`, all, storeParts());
}

/** Paths of all files below a folder, asked without Holdfast. */
async function filesBelow(server: MiniHdfs, folder: string): Promise<readonly string[]> {
  const url = `http://localhost:${server.httpPort}/webhdfs/v1${folder}?op=LISTSTATUS&user.name=${userOf()}`;
  const answer = (await (await fetch(url)).json()) as Listing;
  const files: string[] = [];
  for (const { pathSuffix, type } of answer.FileStatuses?.FileStatus ?? []) {
    const at = `${folder}/${pathSuffix}`;
    files.push(...(type === 'DIRECTORY' ? await filesBelow(server, at) : [at]));
  }
  return files;
}

type Listing = Readonly<{
  FileStatuses?: Readonly<{ FileStatus: readonly Readonly<{ pathSuffix: string; type: string }>[] }>;
}>;
