import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { SecretsError, type SecretsErrorKind, secretsWithKey } from '../../src/metastore/secrets.ts';

const key = new Uint8Array(32).fill(7);
const secrets = secretsWithKey(key, 'the test');

const fails = (kind: SecretsErrorKind, text: RegExp, work: () => unknown): void =>
  assert.throws(
    work,
    (error) => error instanceof SecretsError && error.kind === kind && text.test(error.message),
  );

describe('sealed credentials', () => {
  for (const plain of ['', 'wasser', 'a longer one with ünicode 🔑 and \u0000']) {
    it(`come back as they were: ${JSON.stringify(plain)}`, () => {
      const sealed = secrets.seal(new Secret(plain));
      assert.equal(secrets.open(sealed).reveal(), plain);
      if (plain !== '') assert.equal(sealed.includes(plain), false);
    });
  }

  it('differ each time', () => {
    assert.notEqual(secrets.seal(new Secret('same')), secrets.seal(new Secret('same')));
  });

  it('are not opened with another key, and the error names both keys but no secret', () => {
    const sealed = secrets.seal(new Secret('topsecret'));
    const other = secretsWithKey(randomBytes(32), "'/data/secret.key'");
    fails(
      'wrong_key',
      /sealed with key [0-9a-f]{8}, but the key from '\/data\/secret\.key' is [0-9a-f]{8}/,
      () => other.open(sealed),
    );
  });

  it('are not opened when a byte was changed', () => {
    const sealed = secrets.seal(new Secret('x'));
    const at = sealed.length - 6;
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    fails('damaged', /its seal does not fit/, () => secrets.open(changed));
  });

  for (const text of ['', 'plain password', 'v1:00000000:', 'v2:00000000:AAAA']) {
    it(`are not '${text}'`, () => fails('damaged', /has not the form/, () => secrets.open(text)));
  }

  it('too short to hold a seal are damaged', () => {
    const header = secrets.seal(new Secret('x')).slice(0, 12);
    fails('damaged', /its seal does not fit/, () => secrets.open(`${header}AAAA`));
  });

  it('need a key of 32 bytes', () => {
    fails('key_file', /has 16 bytes instead of 32/, () => secretsWithKey(new Uint8Array(16), 'the test'));
  });
});
