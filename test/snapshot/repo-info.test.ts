import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import { layoutOf, type SnapshotPlace } from '../../src/snapshot/layout.ts';
import { attachRepository, readRepositoryInfo, requireRepository } from '../../src/snapshot/repo-info.ts';

const none = new AbortController().signal;
const founding = { name: 'repo', id: 'id-1', createdAt: 1_000 };

function place(): SnapshotPlace {
  return { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
}

describe('the info of a repository', () => {
  it('is written once and found by whoever comes later', async () => {
    const at = place();
    assert.equal(await readRepositoryInfo(at, none), undefined);
    const founded = await attachRepository(at, founding, none);
    const joined = await attachRepository(at, { ...founding, id: 'id-2', createdAt: 2_000 }, none);
    assert.deepEqual(joined, founded);
    assert.equal(joined.id, 'id-1');
  });

  it('is one even when two found it at once', async () => {
    const at = place();
    const ids = ['id-1', 'id-2'].map((id) => attachRepository(at, { ...founding, id }, none));
    const [first, second] = await Promise.all(ids);
    assert.equal(first?.id, second?.id);
  });

  it('tells a place that has lost its repository', async () => {
    const at = place();
    await attachRepository(at, founding, none);
    await requireRepository(at, 'repo', none);
    await at.store.deleteMany([at.layout.info], none);
    await assert.rejects(requireRepository(at, 'repo', none), {
      kind: 'no_repository',
      message: /^repository 'repo' is not at its location any more: '.*__repo_info' is missing/,
    });
  });

  const wrong: readonly Readonly<{ text: string; kind: string; says: RegExp }>[] = [
    { text: 'hello', kind: 'foreign', says: /is not JSON/ },
    { text: '[]', kind: 'foreign', says: /'format|is not an object/ },
    {
      text: '{"name": "r", "create_time": "2023-01-01 00:00:00"}',
      kind: 'foreign',
      says: /'format' is missing/,
    },
    { text: '{"format":"holdfast repository","formatVersion":9}', kind: 'newer_version', says: /version 9/ },
    { text: 'x'.repeat(100_000), kind: 'foreign', says: /longer than 65536 bytes/ },
  ];
  for (const { text, kind, says } of wrong) {
    it(`is not '${text.slice(0, 40)}'`, async () => {
      const at = place();
      await at.store.put(
        at.layout.info,
        { kind: 'bytes', bytes: Buffer.from(text) },
        { ifAbsent: true },
        none,
      );
      await assert.rejects(attachRepository(at, founding, none), { kind, message: says });
    });
  }
});
