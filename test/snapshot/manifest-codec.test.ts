import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { canonicalJson } from '../../src/snapshot/canonical-json.ts';
import { decodeManifest, encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { SnapshotError, type SnapshotErrorKind } from '../../src/snapshot/snapshot-error.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const { bytes } = encodeManifest(sampleManifest);
const whole = Buffer.from(bytes).toString('utf8');

describe('a manifest', () => {
  it('is read back as it was written', () => {
    assert.deepEqual(decodeManifest(bytes, 'm').manifest, sampleManifest);
  });

  it('of version 1 is read for ever, byte by byte', () => {
    const golden = readFileSync('test/golden/manifest-v1.json');
    assert.deepEqual(decodeManifest(golden, 'm').manifest, sampleManifest);
    assert.equal(golden.toString('utf8'), whole);
  });

  it('keeps a field of a later server in its hash and passes it over', () => {
    const later = { ...sampleManifest, compression: { level: 3 } };
    const decoded = decodeManifest(encodeManifest(later).bytes, 'm');
    assert.deepEqual(decoded.manifest, sampleManifest);
  });

  const wrong: readonly Readonly<{ name: string; text: string; kind: SnapshotErrorKind; says: RegExp }>[] = [
    { name: 'empty', text: '', kind: 'truncated', says: /ends after 0 bytes/ },
    { name: 'cut', text: whole.slice(0, 500), kind: 'truncated', says: /ends after 5\d\d bytes/ },
    { name: 'cut by one byte of its JSON', text: whole.slice(0, -2), kind: 'truncated', says: /ends after/ },
    { name: 'a page of HTML', text: '<html></html>\n', kind: 'foreign', says: /is not JSON/ },
    { name: 'another JSON file', text: '{"name":"r"}\n', kind: 'foreign', says: /not a snapshot manifest/ },
    { name: 'a JSON text', text: '"hello"\n', kind: 'foreign', says: /not a snapshot manifest/ },
    {
      name: 'of a later version',
      text: whole.replace('"formatVersion":1', '"formatVersion":2'),
      kind: 'newer_version',
      says: /has format version 2, this server reads versions up to 1/,
    },
    {
      name: 'changed in one digit',
      text: whole.replace('"rows":3', '"rows":4'),
      kind: 'corrupt',
      says: /has hash [0-9a-f]{64}, but says [0-9a-f]{64}/,
    },
    {
      name: 'without its hash',
      text: whole.replace(/,"sha256":"[0-9a-f]{64}"(?=,"takenAt")/, ''),
      kind: 'corrupt',
      says: /but says undefined/,
    },
  ];
  for (const { name, text, kind, says } of wrong) {
    it(`that is ${name} is ${kind}`, () => {
      assert.throws(
        () => decodeManifest(Buffer.from(text), 'the key'),
        (error) => {
          assert.ok(error instanceof SnapshotError);
          assert.equal(error.kind, kind);
          assert.match(error.message, says);
          assert.match(error.message, /'the key'/);
          return true;
        },
      );
    });
  }

  it('with a right hash over a wrong field names the field', () => {
    const odd = { ...sampleManifest, database: 5 } as unknown as typeof sampleManifest;
    assert.throws(() => decodeManifest(encodeManifest(odd).bytes, 'm'), /'database' is not a text/);
  });

  it('hashes as docs/format.md says', () => {
    const { sha256: said, ...rest } = JSON.parse(whole) as Record<string, unknown>;
    assert.equal(encodeManifest(sampleManifest).sha256, said);
    assert.equal(whole, `${canonicalJson({ ...rest, sha256: said })}\n`);
  });
});
