import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { elementsOf, textOf as azureText } from '../../../src/repository/adapters/azure/answer.ts';
import { childrenOf, readElement, textOf as cosText } from '../../../src/repository/adapters/cos/answer.ts';
import { decodeManifest, encodeManifest } from '../../../src/snapshot/manifest-codec.ts';
import { SnapshotError } from '../../../src/snapshot/snapshot-error.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { sampleManifest } from '../../support/sample-manifest.ts';

const runs = { numRuns: 2_000, seed: 5 };
/** What takes a second at most when the work grows with the length, and minutes when with its square. */
const longBytes = 2_000_000;
const longMsMax = 3_000;

const words = [
  '<?xml version="1.0"?>',
  '<ListBucketResult>',
  '</ListBucketResult>',
  '<Contents>',
  '</Contents>',
  '<Key>',
  '</Key>',
  '<Key/>',
  '<Key xmlns="x">',
  '<Blobs>',
  '</Blobs>',
  '<Blob>',
  '</Blob>',
  '<Name>',
  '</Name>',
  '../../etc/passwd',
  'a/b',
  '&lt;',
  '&amp;',
  '&#0;',
  '&#x110000;',
  '&#99999999999;',
  '&nope;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<!DOCTYPE a [<!ENTITY b "cc">]>',
  '&b;',
  '<',
  '>',
  '"',
  '\0',
  '',
  '𝒳',
];
const document = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));

describe('answers of a hostile store', () => {
  it('in XML are read or passed over, whatever they are', () => {
    fc.assert(
      fc.property(document, (text) => {
        for (const name of ['Blob', 'Name', 'Key']) {
          for (const element of elementsOf(text, name)) azureText(element, 'Name');
          azureText(text, name);
        }
        const root = readElement(text, 'ListBucketResult');
        if (root === undefined) return;
        for (const child of childrenOf(root, 'Contents')) cosText(child, 'Key');
        cosText(root, 'Key');
      }),
      runs,
    );
  });

  for (const piece of ['<Blob>', '<Blob ', '<Name></Blob>', '<Blobs>', '<Key>', '&amp;', '<Contents><Key>']) {
    it(`of ${longBytes} bytes of ${piece} are read in time`, async () => {
      const text = `<ListBucketResult>${piece.repeat(longBytes / piece.length)}`;
      const tookMs = await cpuMsOf(() => {
        elementsOf(text, 'Blob');
        azureText(text, 'Name');
        readElement(text, 'ListBucketResult');
      });
      assert.ok(tookMs < longMsMax, `${tookMs} ms`);
    });
  }

  it('expand no entities of their own', () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><ListBucketResult><Key>&c;</Key></ListBucketResult>';
    const root = readElement(bomb, 'ListBucketResult');
    assert.ok(root === undefined || !cosText(root, 'Key')?.includes('cccc'));
    assert.equal(azureText(bomb, 'Key'), '&c;');
  });
});

const { bytes } = encodeManifest(sampleManifest);

describe('a manifest with bytes that somebody changed', () => {
  const changes = fc.array(
    fc.record({
      at: fc.nat(bytes.length - 1),
      to: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'insert', 'end'),
    }),
    { minLength: 1, maxLength: 5 },
  );

  it('is refused by an error that says so', () => {
    fc.assert(
      fc.property(changes, (list) => {
        let changed = Buffer.from(bytes);
        for (const { at, to, kind } of list) {
          const [head, tail] = [changed.subarray(0, at), changed.subarray(at)];
          if (kind === 'set' && at < changed.length) changed[at] = to;
          else if (kind === 'cut') changed = Buffer.concat([head, tail.subarray(1)]);
          else if (kind === 'insert') changed = Buffer.concat([head, Buffer.of(to), tail]);
          else changed = Buffer.from(head);
        }
        refusesOrEquals(changed);
      }),
      runs,
    );
  });

  it('and whose hash was made right again is refused, or is one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(30), fc.nat(30), (value, first, second) => {
        const forged: Record<string, unknown> = { ...sampleManifest };
        const names = Object.keys(forged);
        forged[names[first % names.length] ?? ''] = value;
        const [object] = sampleManifest.objects;
        const inner: Record<string, unknown> = { ...object };
        const innerNames = Object.keys(inner);
        inner[innerNames[second % innerNames.length] ?? ''] = value;
        if (first % 2 === 0) Object.assign(forged, { ...sampleManifest, objects: [inner] });
        const sealed = seal(forged);
        fc.pre(sealed !== undefined);
        refusesOrEquals(Buffer.from(sealed));
      }),
      runs,
    );
  });
});

/** Undefined for values that no writer of manifests takes, such as fractions. */
function seal(forged: Record<string, unknown>): Uint8Array | undefined {
  try {
    return encodeManifest(forged as unknown as typeof sampleManifest).bytes;
  } catch (error) {
    if (error instanceof assert.AssertionError) return undefined;
    throw error;
  }
}

function refusesOrEquals(changed: Buffer): void {
  try {
    decodeManifest(changed, 'm');
  } catch (error) {
    assert.ok(error instanceof SnapshotError, String(error instanceof Error ? error.stack : error));
  }
}
