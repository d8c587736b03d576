import assert from 'node:assert/strict';
import { createPublicKey, webcrypto } from 'node:crypto';
import { describe, it } from 'node:test';
import { RsaExchange, passwordOf } from '../../src/wire/rsa-exchange.ts';
import { testIdentity } from './support/test-server.ts';

const { privateKey } = testIdentity();

describe('the RSA exchange', () => {
  it('waits for a key that is still being made', async () => {
    const { promise, resolve } = Promise.withResolvers<typeof privateKey>();
    const pem = new RsaExchange(promise).publicKeyPem();
    resolve(privateKey);
    assert.equal(createPublicKey(await pem).asymmetricKeyType, 'rsa');
  });

  it('fails for those who need a key that could not be made, and for nobody else', async () => {
    const exchange = new RsaExchange(Promise.reject(new Error('no entropy')));
    await assert.rejects(exchange.publicKeyPem(), /no entropy/);
    await assert.rejects(exchange.decrypt(Buffer.alloc(256), Buffer.alloc(20)), /no entropy/);
  });

  it('goes on after bytes that do not decrypt', async () => {
    const exchange = new RsaExchange(privateKey);
    const results = [0, 1, 255, 256, 300].map((length) =>
      exchange.decrypt(Buffer.alloc(length), Buffer.alloc(20, 1)),
    );
    assert.deepEqual(
      await Promise.all(results),
      Array.from({ length: 5 }, () => undefined),
    );
  });
});

describe('a flood of logins with RSA', () => {
  it('has one decryption at a time', async (t) => {
    const { subtle } = webcrypto;
    const decrypt = subtle.decrypt.bind(subtle);
    let running = 0;
    let atOnce = 0;
    const calls = t.mock.method(subtle, 'decrypt', async (...given: Parameters<typeof decrypt>) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      try {
        return await decrypt(...given);
      } finally {
        running -= 1;
      }
    });
    const exchange = new RsaExchange(privateKey);
    await Promise.all(
      Array.from({ length: 20 }, () => exchange.decrypt(Buffer.alloc(256), Buffer.alloc(20))),
    );
    assert.equal(calls.mock.callCount(), 20);
    assert.equal(atOnce, 1);
  });
});

describe('a password on the wire', () => {
  const cases = [
    { bytes: 'pw\0', expected: 'pw' },
    { bytes: 'grüß\0', expected: 'grüß' },
    { bytes: '\0', expected: '' },
    { bytes: 'pw', expected: undefined },
    { bytes: 'p\0w\0', expected: undefined },
    { bytes: '', expected: undefined },
  ];
  for (const { bytes, expected } of cases) {
    it(`of ${JSON.stringify(bytes)} is ${JSON.stringify(expected)}`, () => {
      assert.equal(passwordOf(Buffer.from(bytes))?.reveal(), expected);
    });
  }
});
