import { it } from 'node:test';
import { snapshotDetailTable, snapshotTable } from '../../../src/dispatch/columns/show-snapshot.ts';
import type { CatalogueEntry } from '../../../src/dispatch/snapshot-catalogue.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';
import { sampleManifest } from '../../support/sample-manifest.ts';

const { label, timestamp } = sampleManifest;
const entries: readonly CatalogueEntry[] = [
  {
    label,
    timestamp,
    kind: 'whole',
    manifest: { ...sampleManifest, properties: { type: 'FULL', ttl: '7 DAY' } },
  },
  { label: 'torn', timestamp, kind: 'broken', reason: "'manifest.json' ends in the middle" },
];

it('SHOW SNAPSHOT prints whole and broken snapshots', () => {
  assertGolden('show/show-snapshot.txt', printShown(snapshotTable(entries, undefined)));
});

it('SHOW SNAPSHOT prints a row for a label that is not there', () => {
  assertGolden('show/show-snapshot-missing.txt', printShown(snapshotTable([], 'nightly')));
});

it('SHOW SNAPSHOT prints the details of one', () => {
  assertGolden('show/show-snapshot-details.txt', printShown(snapshotDetailTable(entries)));
});
