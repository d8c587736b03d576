import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alterPassword, createAccount, ensureRoot } from '../../src/auth/accounts.ts';
import { openAuthenticator } from '../../src/auth/authenticator.ts';
import { systemClock } from '../../src/base/clock.ts';
import { Secret } from '../../src/base/secret.ts';
import { makeNonce } from '../../src/wire/nonce.ts';
import { scrambleOf } from '../wire/support/test-handler.ts';
import { memoryMetastore } from './memory-metastore.ts';
import { written } from '../support/written.ts';

const remote = '192.0.2.7';
const sha2 = 'caching_sha2_password';
const native = 'mysql_native_password';

describe('a caching_sha2_password account', () => {
  it('is known by its scramble only after one full login, and no more after a change of password', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'ann', password: new Secret('old') }));
    const authenticator = await openAuthenticator(metastore, systemClock);
    const scrambled = async (password: string): Promise<string> => {
      const nonce = makeNonce();
      const verifier = await authenticator.verifier('ann', remote);
      return verifier.verifyScramble(scrambleOf(sha2, password, nonce), nonce);
    };
    const full = async (password: string): Promise<boolean> =>
      (await authenticator.verifier('ann', remote)).verifyPassword(new Secret(password));
    assert.equal(await scrambled('old'), 'unknown');
    assert.equal(await full('wrong'), false);
    assert.equal(await scrambled('old'), 'unknown');
    assert.equal(await full('old'), true);
    assert.equal(await scrambled('old'), 'accepted');
    assert.equal(await scrambled('wrong'), 'unknown', 'as for a name that does not exist');
    const change = { user: 'ann', password: new Secret('new'), isLoopbackOnly: false };
    await written(metastore, alterPassword(metastore, change));
    assert.equal(await scrambled('old'), 'unknown');
    assert.equal(await full('old'), false);
    assert.equal(await full('new'), true);
  });
});

describe('logins that come at once', () => {
  it('are all let in with the one password, and none with another', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'pool', password: new Secret('right') }));
    const authenticator = await openAuthenticator(metastore, systemClock);
    const verifier = await authenticator.verifier('pool', remote);
    const passwords = Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? 'wrong' : 'right'));
    const verdicts = await Promise.all(
      passwords.map((password) => verifier.verifyPassword(new Secret(password))),
    );
    assert.deepEqual(
      verdicts,
      passwords.map((password) => password === 'right'),
    );
    assert.equal(await verifier.verifyPassword(new Secret('wrong')), false);
  });
});

describe('a mysql_native_password account', () => {
  it('is verified by its scramble alone', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'old', password: new Secret('pw'), plugin: native }));
    const authenticator = await openAuthenticator(metastore, systemClock);
    const verifier = await authenticator.verifier('old', remote);
    const nonce = makeNonce();
    assert.equal(verifier.plugin, native);
    assert.equal(verifier.verifyScramble(scrambleOf(native, 'pw', nonce), nonce), 'accepted');
    assert.equal(verifier.verifyScramble(scrambleOf(native, 'pv', nonce), nonce), 'refused');
    assert.equal(verifier.verifyScramble(scrambleOf(native, 'pw', nonce), makeNonce()), 'refused');
    assert.equal(await verifier.verifyPassword(new Secret('pw')), false);
  });
});

describe('a name without an account', () => {
  it('goes the way of a wrong password', async () => {
    await using metastore = await memoryMetastore();
    const authenticator = await openAuthenticator(metastore, systemClock);
    for (const user of ['nobody', '', 'x'.repeat(100), '\udc80']) {
      const verifier = await authenticator.verifier(user, remote);
      const nonce = makeNonce();
      assert.equal(verifier.isPasswordless, false);
      assert.equal(verifier.isAdministrator, false);
      assert.equal(verifier.verifyScramble(scrambleOf(sha2, 'pw', nonce), nonce), 'unknown');
      assert.equal(await verifier.verifyPassword(new Secret('')), false);
    }
  });

  it('has one plugin for ever, also after a restart, and a native one only where such accounts exist', async () => {
    await using metastore = await memoryMetastore();
    const names = Array.from({ length: 64 }, (_, index) => `user${index}`);
    const plugins = async (): Promise<readonly string[]> => {
      const authenticator = await openAuthenticator(metastore, systemClock);
      return Promise.all(names.map(async (name) => (await authenticator.verifier(name, remote)).plugin));
    };
    assert.deepEqual(new Set(await plugins()), new Set([sha2]));
    await written(metastore, createAccount({ user: 'old', password: new Secret('pw'), plugin: native }));
    const first = await plugins();
    assert.deepEqual(new Set(first), new Set([sha2, native]));
    assert.deepEqual(await plugins(), first);
  });
});

describe('root without a password', () => {
  it('may log in from this machine only', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    const authenticator = await openAuthenticator(metastore, systemClock);
    const here = await authenticator.verifier('root', '127.0.0.1');
    assert.equal(here.isPasswordless, true);
    assert.equal(here.isAdministrator, true);
    assert.equal((await authenticator.verifier('root', remote)).isPasswordless, false);
    assert.equal(await here.verifyPassword(new Secret('')), false);
  });
});
