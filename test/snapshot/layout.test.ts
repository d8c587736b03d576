import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTimestamp, layoutOf, snapshotOfKey } from '../../src/snapshot/layout.ts';

const layout = layoutOf('repo');
const timestamp = '2023-02-07-14-45-53-143';

describe('the layout of a repository', () => {
  it('has the keys that docs/format.md names', () => {
    const sha256 = `ab${'0'.repeat(62)}`;
    assert.equal(layout.info, '__holdfast_repository_repo/__repo_info');
    assert.equal(layout.blob(sha256), `__holdfast_repository_repo/blobs/ab/${sha256}.parquet`);
    assert.equal(
      layout.manifest('größe', timestamp),
      `__holdfast_repository_repo/snapshots/gr=C3=B6=C3=9Fe/${timestamp}/manifest.json`,
    );
  });

  for (const label of ['nightly', 'a/b', '..', 'größe', ' ', 'x'.repeat(200), '日本'.repeat(20)]) {
    it(`finds label '${label.slice(0, 20)}' back in its key`, () => {
      assert.deepEqual(snapshotOfKey(layout, layout.manifest(label, timestamp)), { label, timestamp });
    });
  }

  const foreign = [
    '__holdfast_repository_repo/__repo_info',
    '__holdfast_repository_other/snapshots/a/2023-02-07-14-45-53-143/manifest.json',
    '__holdfast_repository_repo/snapshots/a/2023-02-07-14-45-53-143/manifest.json.part',
    '__holdfast_repository_repo/snapshots/a/2023-02-07-14-45-53-143/x/manifest.json',
    '__holdfast_repository_repo/snapshots/a/yesterday/manifest.json',
    '__holdfast_repository_repo/snapshots/a=zz/2023-02-07-14-45-53-143/manifest.json',
  ];
  for (const key of foreign) {
    it(`takes no snapshot from '${key}'`, () => assert.equal(snapshotOfKey(layout, key), undefined));
  }

  it('writes a timestamp in the zone of the server', () => {
    assert.equal(formatTimestamp(new Date(2023, 1, 7, 14, 45, 53, 143).getTime()), timestamp);
    assert.equal(formatTimestamp(new Date(2026, 10, 1, 0, 0, 0, 5).getTime()), '2026-11-01-00-00-00-005');
  });
});
