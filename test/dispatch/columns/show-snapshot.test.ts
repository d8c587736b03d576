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

it('SHOW SNAPSHOT prints a row for each timestamp of a label', () => {
  const [first] = entries;
  const twice = [first, { ...first, timestamp: '2026-01-03-00-00-00-000' }] as readonly CatalogueEntry[];
  assertGolden('show/show-snapshot-twice.txt', printShown(snapshotTable(twice, label)));
});

it('SHOW SNAPSHOT prints the details of views and functions, and of partitions', () => {
  const objects = [
    ...sampleManifest.objects,
    { kind: 'MATERIALIZED_VIEW', name: 'totals', ddl: 'CREATE MATERIALIZED VIEW …', dependsOn: ['orders'] },
    { kind: 'FUNCTION', name: 'twice', ddl: 'CREATE FUNCTION …', dependsOn: [] },
  ] as const;
  const entry: CatalogueEntry = { label, timestamp, kind: 'whole', manifest: { ...sampleManifest, objects } };
  assertGolden('show/show-snapshot-details-kinds.txt', printShown(snapshotDetailTable([entry])));
});

it('SHOW SNAPSHOT has its columns also without a row, in both shapes', () => {
  const names = [snapshotTable([], undefined), snapshotDetailTable([])].map((table) =>
    table.columns.map(({ name }) => name).join(', '),
  );
  assertGolden('show/show-snapshot-none.txt', `${names.join('\n')}\n`);
});
