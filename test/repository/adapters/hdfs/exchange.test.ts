import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHdfsOptions } from '../../../../src/repository/adapters/hdfs/options.ts';
import { openHdfsStore } from '../../../../src/repository/adapters/hdfs/store.ts';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { type StorageErrorKind, StorageError } from '../../../../src/repository/storage-error.ts';
import { assertFails, bytesBody, calm, fresh, plain, read } from '../../../conformance/blob-store/support.ts';
import { type Exchange, ScriptedServer } from '../../../doubles/scripted-server.ts';

/** Where nobody is silent: far longer than an answer is late on a machine that has other work. */
const patientMs = 60_000;
const silenceMsShort = 300;
/** Where one is silent and another one answers behind it. */
const silenceMsFair = 3_000;

/** A store without layers: each request of the script is one of its own. */
function open(properties: Readonly<Record<string, string>>, silenceMsMax = patientMs): BlobStore {
  const all = new Map(Object.entries({ username: 'ann', ...properties }));
  const options = readHdfsOptions({ host: 'cluster', port: undefined }, all);
  const retried = <T>(_signal: AbortSignal, request: () => Promise<T>): Promise<T> => request();
  return openHdfsStore({ path: 'r', options, silenceMsMax, now: Date.now, retried });
}

function at(
  server: ScriptedServer,
  more: Readonly<Record<string, string>> = {},
  silenceMsMax?: number,
): BlobStore {
  return open({ 'dfs.webhdfs.endpoint': `${server.origin}/webhdfs/v1`, ...more }, silenceMsMax);
}

function serviceOf(servers: readonly ScriptedServer[], silenceMsMax?: number): BlobStore {
  const names = servers.map((_, number) => `nn${number}`);
  const addresses = servers.map(({ port }, number) => [
    `dfs.namenode.http-address.cluster.nn${number}`,
    `127.0.0.1:${port}`,
  ]);
  const all = { 'dfs.ha.namenodes.cluster': names.join(','), ...Object.fromEntries(addresses) };
  return open(all, silenceMsMax);
}

function remote(exception: string, message = 'as told', status = 403): Omit<Exchange, 'expects'> {
  const javaClassName = `org.apache.hadoop.${exception}`;
  return { status, body: { RemoteException: { exception, javaClassName, message } } };
}

function fileStatus(length: number, type = 'FILE'): Omit<Exchange, 'expects'> {
  return { body: { FileStatus: { length, type, pathSuffix: '', modificationTime: 1_000 } } };
}

const stat = /^GET \/webhdfs\/v1\/r\/a\?op=GETFILESTATUS&user.name=ann$/;
const create = /^PUT \/webhdfs\/v1\/r\/\.tmp-holdfast\/[0-9a-f-]{36}\?op=CREATE&overwrite=false&/;
const data = /^PUT \/data\?token=t$/;
const look = /^GET \/webhdfs\/v1\/r\/\.tmp-holdfast\/[0-9a-f-]{36}\?op=GETFILESTATUS/;
const renameNew = /^PUT .*op=RENAME&destination=%2Fr%2Fa&renameoptions=NONE/;
const renameOver = /^PUT .*op=RENAME&destination=%2Fr%2Fa&renameoptions=OVERWRITE/;
const makeFolder = /^PUT \/webhdfs\/v1\/r\?op=MKDIRS/;
const remove = /^DELETE \/webhdfs\/v1\/r\/\.tmp-holdfast\/[0-9a-f-]{36}\?op=DELETE&recursive=false/;
const removeTarget = /^DELETE \/webhdfs\/v1\/r\/a\?op=DELETE&recursive=false/;
const openFile = /^GET \/webhdfs\/v1\/r\/a\?op=OPEN/;

function toData(server: ScriptedServer): Omit<Exchange, 'expects'> {
  return { status: 307, headers: { location: `${server.origin}/data?token=t` } };
}

/** The exchanges of a put of `x` until it is to be moved. */
function written(server: ScriptedServer): readonly Exchange[] {
  return [
    { expects: create, ...toData(server) },
    { expects: data, status: 201 },
    { expects: look, ...fileStatus(1) },
  ];
}

const yes = { body: { boolean: true } };
const no = { body: { boolean: false } };
const body = bytesBody('x');

describe('WebHDFS', () => {
  const answers: readonly Readonly<{
    says: string;
    answer: Omit<Exchange, 'expects'>;
    kind: StorageErrorKind;
    text?: RegExp;
  }>[] = [
    { says: 'a missing right', answer: remote('AccessControlException'), kind: 'permission_denied' },
    { says: 'that it may be asked again', answer: remote('RetriableException'), kind: 'unavailable' },
    { says: 'safe mode', answer: remote('SafeModeException'), kind: 'unavailable' },
    { says: 'a used up quota', answer: remote('DSQuotaExceededException'), kind: 'full' },
    { says: 'an unknown user', answer: remote('SecurityException', 'who', 401), kind: 'invalid_credentials' },
    { says: 'any input/output error', answer: remote('IOException'), kind: 'unavailable' },
    { says: 'an exception of its own', answer: remote('SomeException'), kind: 'unavailable' },
    {
      says: 'what another server told it',
      answer: remote('RemoteException', 'org.apache.hadoop.hdfs.protocol.NSQuotaExceededException: no more'),
      kind: 'full',
      text: /^cannot look at '\/r\/a': no more \(NSQuotaExceededException, status 403\)$/,
    },
    { says: '503 in HTML', answer: { status: 503, body: '<html>busy</html>' }, kind: 'unavailable' },
    {
      says: '503 with a time',
      answer: { status: 503, headers: { 'retry-after': '7' }, body: '<html>' },
      kind: 'throttled',
    },
    { says: 'a page of another server', answer: { body: '<html>hello</html>' }, kind: 'invalid_argument' },
    { says: 'half of its answer', answer: { body: '{"FileSt', fault: 'cut' }, kind: 'unavailable' },
    { says: 'nothing', answer: { fault: 'silence' }, kind: 'timeout' },
    {
      says: 'that it wants Kerberos',
      answer: { status: 401, headers: { 'www-authenticate': 'Negotiate' }, body: '<html>' },
      kind: 'invalid_credentials',
      text: /Kerberos, which is not supported yet/,
    },
  ];
  for (const { says, answer, kind, text = /^cannot look at '\/r\/a': / } of answers) {
    it(`that says ${says} fails with ${kind}`, async () => {
      await using server = await ScriptedServer.start();
      await using store = at(server, {}, answer.fault === 'silence' ? silenceMsShort : patientMs);
      server.plays({ expects: stat, ...answer });
      await assert.rejects(store.stat(blobKey('a'), calm), (error) => {
        assert.ok(error instanceof StorageError, String(error));
        assert.equal(error.kind, kind, error.message);
        assert.match(error.message, text);
        return true;
      });
      server.assertDone();
    });
  }

  it('moves on from a NameNode in standby, and stays with the one that answers', async () => {
    await using first = await ScriptedServer.start();
    await using second = await ScriptedServer.start();
    await using store = serviceOf([first, second]);
    first.plays({ expects: stat, ...remote('StandbyException', 'Operation category READ is not supported') });
    second.plays({ expects: stat, ...fileStatus(3) }, { expects: stat, ...fileStatus(4) });
    assert.equal((await store.stat(blobKey('a'), calm))?.sizeBytes, 3);
    assert.equal((await store.stat(blobKey('a'), calm))?.sizeBytes, 4);
    first.assertDone();
    second.assertDone();
  });

  it('in standby everywhere is unavailable', async () => {
    await using first = await ScriptedServer.start();
    await using second = await ScriptedServer.start();
    await using store = serviceOf([first, second]);
    for (const server of [first, second]) server.plays({ expects: stat, ...remote('StandbyException') });
    await assertFails('unavailable', store.stat(blobKey('a'), calm));
    first.assertDone();
    second.assertDone();
  });

  it('does not send what may have been done to another NameNode, and begins with that one next', async () => {
    await using first = await ScriptedServer.start();
    await using second = await ScriptedServer.start();
    await using store = serviceOf([first, second], silenceMsFair);
    first.plays({ expects: stat, fault: 'silence' });
    await assertFails('timeout', store.stat(blobKey('a'), calm));
    second.plays({ expects: stat, ...fileStatus(3) });
    assert.equal((await store.stat(blobKey('a'), calm))?.sizeBytes, 3);
  });

  it('writes beside, looks at the length, and moves the file to its place', async () => {
    await using server = await ScriptedServer.start();
    await using store = at(server);
    server.plays(...written(server), { expects: renameNew });
    await store.put(blobKey('a'), body, fresh, calm);
    server.assertDone();
    assert.equal(server.requests[1]?.body, 'x');
    assert.equal(server.requests[1]?.headers['content-type'], 'application/octet-stream');
  });

  it('makes the folder when it is missing, and replaces when it may', async () => {
    await using server = await ScriptedServer.start();
    await using store = at(server);
    const missing = remote('FileNotFoundException', 'rename destination parent /r not found.', 404);
    server.plays(
      ...written(server),
      { expects: renameOver, ...missing },
      { expects: makeFolder, ...yes },
      { expects: renameOver },
    );
    await store.put(blobKey('a'), body, plain, calm);
    server.assertDone();
  });

  it('that has another length than was sent fails the put', async () => {
    await using server = await ScriptedServer.start();
    const store = at(server);
    server.plays(
      ...written(server).slice(0, 2),
      { expects: look, ...fileStatus(0) },
      { expects: remove, ...yes },
    );
    await assertFails('unavailable', store.put(blobKey('a'), body, fresh, calm));
    await store[Symbol.asyncDispose]();
    server.assertDone();
  });

  const failing: readonly Readonly<{
    name: string;
    exchanges: (server: ScriptedServer) => readonly Exchange[];
    kind: StorageErrorKind;
  }>[] = [
    {
      name: 'a CREATE that leads nowhere',
      exchanges: () => [{ expects: create, status: 307 }],
      kind: 'unavailable',
    },
    {
      name: 'a DataNode that is full',
      exchanges: (server) => [
        { expects: create, ...toData(server) },
        { expects: data, ...remote('DSQuotaExceededException') },
      ],
      kind: 'full',
    },
    {
      name: 'a DataNode that cuts its answer',
      exchanges: (server) => [
        { expects: create, ...toData(server) },
        { expects: data, status: 500, body: '{', fault: 'cut' },
      ],
      kind: 'unavailable',
    },
    {
      name: 'a taken name',
      exchanges: (server) => [
        ...written(server),
        { expects: renameNew, ...remote('FileAlreadyExistsException') },
      ],
      kind: 'already_exists',
    },
    {
      name: 'a gateway that says no to a taken name',
      exchanges: (server) => [
        ...written(server),
        { expects: renameNew, ...no },
        { expects: stat, ...fileStatus(5) },
      ],
      kind: 'already_exists',
    },
    {
      name: 'a gateway that moves the file into a folder',
      exchanges: (server) => [
        ...written(server),
        { expects: renameNew, ...yes },
        { expects: stat, ...fileStatus(0, 'DIRECTORY') },
        { expects: /^DELETE \/webhdfs\/v1\/r\/a\/[0-9a-f-]{36}\?op=DELETE/, ...yes },
      ],
      kind: 'invalid_argument',
    },
  ];
  for (const { name, exchanges, kind } of failing) {
    it(`fails a put with ${kind} for ${name}, and removes what was written`, async () => {
      await using server = await ScriptedServer.start();
      const store = at(server);
      server.plays(...exchanges(server), { expects: remove, ...yes });
      await assertFails(kind, store.put(blobKey('a'), body, fresh, calm));
      await store[Symbol.asyncDispose]();
      server.assertDone();
    });
  }

  it('behind a gateway that never replaces is written after a removal', async () => {
    await using server = await ScriptedServer.start();
    await using store = at(server);
    server.plays(
      ...written(server),
      { expects: renameOver, ...no },
      { expects: stat, ...fileStatus(9) },
      { expects: removeTarget, ...yes },
      { expects: makeFolder, ...yes },
      { expects: renameOver, ...yes },
      { expects: stat, ...fileStatus(1) },
    );
    await store.put(blobKey('a'), body, plain, calm);
    server.assertDone();
  });

  it('that ends a read early fails it', async () => {
    await using server = await ScriptedServer.start();
    await using store = at(server);
    const cut = { headers: { 'content-length': '9' }, body: 'half', fault: 'cut' } as const;
    server.plays({ expects: openFile, ...toData(server) }, { expects: /^GET \/data/, ...cut });
    await assertFails('unavailable', read(store, 'a'));
    // A gateway that sends in chunks says no length: the file's own counts.
    const chunked = { headers: { 'transfer-encoding': 'chunked' }, body: 'half' };
    server.plays({ expects: openFile, ...chunked }, { expects: stat, ...fileStatus(9) });
    await assertFails('unavailable', read(store, 'a'));
    server.plays({ expects: openFile, ...chunked }, { expects: stat, ...fileStatus(4) });
    assert.equal((await read(store, 'a')).toString(), 'half');
    server.assertDone();
  });

  it('gets the password when it asks for it, and the server behind a redirect never does', async () => {
    await using gateway = await ScriptedServer.start();
    await using elsewhere = await ScriptedServer.start();
    await using store = at(gateway, { password: 'the-secret' });
    const basic = { status: 401, headers: { 'www-authenticate': 'Basic realm="knox"' }, body: 'no' };
    gateway.plays({ expects: openFile, ...basic }, { expects: openFile, ...toData(elsewhere) });
    elsewhere.plays({ expects: /^GET \/data/, headers: { 'content-length': '7' }, body: 'content' });
    assert.equal((await read(store, 'a')).toString(), 'content');
    const sent = gateway.requests.map(({ headers }) => headers.authorization);
    assert.deepEqual(sent, [undefined, `Basic ${Buffer.from('ann:the-secret').toString('base64')}`]);
    assert.equal(elsewhere.requests[0]?.headers.authorization, undefined);
    gateway.plays({ expects: stat, ...basic });
    await assert.rejects(store.stat(blobKey('a'), calm), (error) => {
      assert.ok(error instanceof StorageError && error.kind === 'invalid_credentials');
      assert.ok(!error.message.includes('the-secret'));
      return true;
    });
    gateway.assertDone();
    elsewhere.assertDone();
  });
});
