import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../../../src/repository/open-store.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { assertFails, put, read } from '../../../conformance/blob-store/support.ts';
import { AwsIdentityServer, type IdentityOptions } from '../../../doubles/aws-identity-server.ts';
import type { Keys, ObjectServer } from '../../../doubles/object-server.ts';
import { startS3Server } from '../../../doubles/s3-server.ts';
import { storeParts } from '../../../support/store-parts.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** A store and the identities it knows; what the identity server issues is valid at once. */
type World = AsyncDisposable &
  Readonly<{ store: ObjectServer; identities: AwsIdentityServer; sessions: Map<string, Keys> }>;

async function world(options: Partial<IdentityOptions> = {}): Promise<World> {
  const sessions = new Map<string, Keys>([['AKIAMASTER', { secretKey: 'the-master-secret' }]]);
  const stack = new AsyncDisposableStack();
  const identities = stack.use(
    await AwsIdentityServer.start({ sessions, now: Date.now, lifeMs: 3_600_000, ...options }),
  );
  const store = stack.use(await startS3Server({ conditions: 'aws', keys: sessions }));
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = identities.endpoint;
  return { store, identities, sessions, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function roundTrip({ store }: World, properties: Readonly<Record<string, string>>): Promise<void> {
  const all = new Map(Object.entries({ 'aws.s3.endpoint': store.endpoint, ...properties }));
  await using opened = await openStore('s3a://bucket/x', all, storeParts(), 'prove');
  await put(opened, 'a', 'content');
  assert.equal((await read(opened, 'a')).toString(), 'content');
}

const instance = { 'aws.s3.use_instance_profile': 'true' };
const master = { 'aws.s3.access_key': 'AKIAMASTER', 'aws.s3.secret_key': 'the-master-secret' };
const role = { 'aws.s3.iam_role_arn': AwsIdentityServer.roleArn };

describe('credentials of S3', () => {
  it('come from the metadata service of the instance, with its token', async () => {
    await using it = await world();
    await roundTrip(it, instance);
    const methods = it.identities.requests.map((request) => request.split(' ')[0]);
    assert.deepEqual(methods, ['PUT', 'GET', 'GET']);
    assert.ok(it.identities.requests[0]?.endsWith('/latest/api/token'));
  });

  it('are asked for once while they last', async () => {
    await using it = await world();
    const all = new Map(Object.entries({ 'aws.s3.endpoint': it.store.endpoint, ...instance }));
    await using store = await openStore('s3a://bucket/x', all, storeParts());
    await put(store, 'a', 'x');
    const asked = it.identities.requests.length;
    for (const key of ['b', 'c', 'd']) await put(store, key, 'x');
    assert.equal(it.identities.requests.length, asked);
  });

  it('are renewed when they expire', async () => {
    await using it = await world({ lifeMs: 1_000 });
    const all = new Map(
      Object.entries({
        'aws.s3.endpoint': it.store.endpoint,
        ...master,
        ...role,
        'aws.s3.sts.endpoint': it.identities.endpoint,
      }),
    );
    await using store = await openStore('s3a://bucket/x', all, storeParts());
    await put(store, 'a', 'x');
    await put(store, 'b', 'x');
    assert.ok(it.identities.requests.length > 1);
  });

  it('are those of a role that keys assume', async () => {
    await using it = await world();
    await roundTrip(it, { ...master, ...role, 'aws.s3.sts.endpoint': it.identities.endpoint });
  });

  it('are those of a role that an instance assumes, with an external id', async () => {
    await using it = await world({ externalId: 'ours' });
    const sts = { 'aws.s3.sts.endpoint': it.identities.endpoint };
    await roundTrip(it, { ...instance, ...role, ...sts, 'aws.s3.external_id': 'ours' });
    await assertFails('invalid_credentials', roundTrip(it, { ...instance, ...role, ...sts }));
  });

  it('are those of a role that a web identity stands for', async () => {
    await using it = await world({ webToken: 'the-web-token' });
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'token');
    const sts = { 'aws.s3.sts.endpoint': it.identities.endpoint, 'aws.s3.web_identity_token_file': file };
    await assertFails('invalid_credentials', roundTrip(it, { ...role, ...sts }));
    await writeFile(file, 'the-web-token');
    await roundTrip(it, { ...role, ...sts });
    await writeFile(file, 'another');
    await assertFails('invalid_credentials', roundTrip(it, { ...role, ...sts }));
  });

  it('that cannot be had say from where, and what to look at', async () => {
    await using it = await world();
    const failing = roundTrip(it, {
      ...master,
      'aws.s3.iam_role_arn': 'arn:aws:iam::1:role/another',
      'aws.s3.sts.endpoint': it.identities.endpoint,
    });
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof StorageError);
      assert.match(error.message, /cannot assume the role 'arn:aws:iam::1:role\/another'/);
      assert.match(error.hint ?? '', /trust policy/);
      assert.ok(!error.message.includes('the-master-secret'));
      return true;
    });
  });
});
