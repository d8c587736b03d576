import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { array, assert as check, asyncProperty, nat, tuple } from 'fast-check';
import { MetadataError } from '../../../src/metastore/kylin/metadata-error.ts';
import type { MetadataResource } from '../../../src/metastore/kylin/resource.ts';
import { openArchive } from '../../../src/metastore/kylin/zip-source.ts';
import { writeArchive } from '../../../src/metastore/kylin/zip-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { neverAborted, resourcesOf, sampleOfB, sampleTime } from './sample.ts';

/** Reads all of an archive. */
async function readAll(file: string): Promise<readonly MetadataResource[]> {
  await using source = await openArchive(file);
  return await Array.fromAsync(source.read(await source.keys(neverAborted), neverAborted));
}

/** Replaces a name by one of the same length, in both headers. */
async function rename(file: string, name: string, other: string): Promise<void> {
  assert.equal(name.length, other.length);
  const text = (await readFile(file)).toString('latin1');
  await writeFile(file, text.replaceAll(name, other), 'latin1');
}

async function archive(folder: string): Promise<string> {
  const file = path.join(folder, 'metadata.zip');
  await writeArchive(file, 'B', resourcesOf(sampleOfB), undefined);
  return file;
}

describe('archives', () => {
  for (const [other, kind] of [
    ['/../p/rule/r1.json', 'illegal'],
    ['/shop/rule/../../p', 'illegal'],
    ['/shop/rule/r1.js\\n', 'illegal'],
    ['/shop//ule/r1.json', 'illegal'],
  ] as const) {
    it(`refuse the name ${other}`, async () => {
      await using folder = await temporaryFolder();
      const file = await archive(folder.path);
      await rename(file, '/shop/rule/r1.json', other);
      await assert.rejects(readAll(file), { name: 'MetadataError', kind });
    });
  }

  it('hold a name once', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'metadata.zip');
    async function* twice(): AsyncGenerator<MetadataResource, void, undefined> {
      yield* resourcesOf(sampleOfB);
      yield* resourcesOf({ '/UUID': 'another' });
    }
    await writeArchive(file, 'B', twice(), undefined);
    await assert.rejects(openArchive(file), { name: 'MetadataError', kind: 'illegal' });
  });

  it('keep entries without the slash of B apart, as Kylin ignores them', async () => {
    await using folder = await temporaryFolder();
    const file = await archive(folder.path);
    await rename(file, '/shop/rule/r1.json', 'xshop/rule/r1.json');
    await using source = await openArchive(file);
    assert.deepEqual(source.strangers, ['xshop/rule/r1.json']);
  });

  it('tell damage from content', async () => {
    await using folder = await temporaryFolder();
    const file = await archive(folder.path);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 30));
    await assert.rejects(readAll(file), { name: 'MetadataError', kind: 'not_a_backup' });
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(60) ^ 0xff, 60);
    await writeFile(file, changed);
    await assert.rejects(readAll(file), { name: 'MetadataError', kind: 'broken' });
  });

  it('of any bytes end in their own errors', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'fuzz.zip');
    const whole = await readFile(await archive(folder.path));
    const edit = array(tuple(nat(whole.length - 1), nat(255)), { minLength: 1, maxLength: 6 });
    await check(
      asyncProperty(edit, async (edits) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of edits) bytes.writeUInt8(value, at);
        await writeFile(file, bytes);
        try {
          await readAll(file);
        } catch (error) {
          assert.ok(error instanceof MetadataError, String(error));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('hold more entries than 16 bits count', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'metadata.zip');
    const count = 70_000;
    async function* many(): AsyncGenerator<MetadataResource, void, undefined> {
      const bytes = Buffer.from('{}');
      for (let at = 0; at < count; at++) {
        yield { key: `/p/rule/${at}.json`, bytes, modifiedAt: sampleTime, mvcc: 0 };
      }
    }
    await writeArchive(file, 'B', many(), undefined);
    await using source = await openArchive(file);
    assert.equal((await source.keys(neverAborted)).length, count);
  });
});
