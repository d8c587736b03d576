import { type Manifest, manifestFormat, manifestVersion } from '../../src/snapshot/manifest.ts';
import { fakeDefinition } from './fake-source.ts';

/** A manifest with every kind of field, for codec and golden tests. Times are in UTC, so nothing depends on the zone. */
export const sampleManifest: Manifest = {
  format: manifestFormat,
  formatVersion: manifestVersion,
  label: 'größe "1"',
  timestamp: '2026-01-02-03-04-05-678',
  createdAt: 1_767_323_045_678,
  finishedAt: 1_767_323_046_000,
  takenAt: 1_767_323_045_700,
  server: { node: 'node-1', version: '0.1.0', job: '10001' },
  catalog: { name: 'default_catalog', kind: 'duckdb', version: 'v1.5.6' },
  database: 'shop',
  position: { file: 'binlog.000003', position: '157' },
  warnings: ['read without a global lock'],
  properties: { type: 'FULL', ttl: '7 DAY' },
  objects: [
    {
      kind: 'TABLE',
      name: 'orders',
      ddl: 'CREATE TABLE `orders` (\n  `id` bigint NOT NULL\n)',
      definition: {
        ...fakeDefinition('orders'),
        options: {
          autoIncrement: 18_446_744_073_709_551_615n,
          comment: "a 'b' \u0000 \u{1F600}",
          other: [['x', 'y']],
        },
      },
      columns: [
        { name: 'id', sourceType: 'bigint', parquetType: 'BIGINT' },
        { name: 'text', sourceType: 'varchar(100)', parquetType: 'VARCHAR' },
      ],
      key: ['id'],
      autoIncrement: '18446744073709551615',
      rows: 3,
      checksum: { algorithm: 'sum of hash', value: '340282366920938463463374607431768211456' },
      chunks: [
        {
          range: { kind: 'key', column: 'id', lower: null, upper: "'3'" },
          sha256: 'a'.repeat(64),
          bytes: 1234,
          rows: 2,
          bounds: [{ column: 'id', min: '1', max: '2', nulls: 0 }],
        },
        {
          range: { kind: 'key', column: 'id', lower: "'3'", upper: null },
          sha256: 'b'.repeat(64),
          bytes: 567,
          rows: 1,
          bounds: [{ column: 'text', nulls: 1 }],
        },
      ],
    },
    {
      kind: 'TABLE',
      name: 'sales',
      ddl: 'CREATE TABLE `sales` (…)',
      definition: fakeDefinition('sales', ['p1', 'p2']),
      columns: [{ name: 'id', sourceType: 'bigint', parquetType: 'BIGINT' }],
      key: [],
      rows: 1,
      checksum: { algorithm: 'sum of hash', value: '5' },
      chunks: [],
      partitions: [
        {
          name: 'p1',
          bounds: { kind: 'in', rows: [[{ kind: 'literal', text: "'p1'" }]] },
          rows: 1,
          checksum: { algorithm: 'sum of hash', value: '5' },
          chunks: [{ range: { kind: 'all' }, sha256: 'c'.repeat(64), bytes: 89, rows: 1, bounds: [] }],
        },
      ],
    },
    { kind: 'VIEW', name: 'dear', ddl: 'CREATE VIEW `dear` AS SELECT 1', dependsOn: ['orders'] },
  ],
};
