import { describe, it } from 'node:test';
import {
  auditTable,
  metadataJobTable,
  metadataStoreTable,
  planTable,
  shelfTable,
  verifyTable,
} from '../../../src/dispatch/columns/show-metadata.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';

const common = { node: 'n1', user: 'root', startedAt: goldenNow };

describe('the answers of metadata statements', () => {
  it('SHOW METADATA BACKUPS', () => {
    const jobs = metadataJobTable([
      {
        ...common,
        id: 2,
        kind: 'RESTORE',
        state: 'FINISHED',
        store: 'kylin',
        level: 'PROJECT',
        target: 'shop',
        path: '/b/2019-12-19-14-18-01_backup',
        generation: 'B',
        resources: 18,
        bytes: 2_048,
        changes: '1 inserted, 2 updated, 0 deleted, 10 unchanged',
        finishedAt: goldenNow + 2_000,
        before: '/b/2026-01-02-03-04-05_before_restore_backup',
      },
      {
        ...common,
        id: 1,
        kind: 'BACKUP',
        state: 'FAILED',
        level: 'SYSTEM',
        target: '',
        error: "cannot write below '/b': ENOSPC",
        finishedAt: goldenNow + 1_000,
      },
    ]);
    assertGolden('show/show-metadata-backups.txt', printShown(jobs));
  });

  it('SHOW METADATA BACKUPS FROM a repository', () => {
    const backup = {
      format: 'holdfast metadata backup',
      formatVersion: 1,
      level: 'system',
      generation: 'C',
      source: 'kylin_metadata@db:3306/kylin',
      offset: 1_234,
      finishedAt: new Date(goldenNow).toISOString(),
      resources: 857,
      bytes: 1_799_234,
      archive: { sha256: 'a1', bytes: 412_000 },
      manifest: { sha256: 'b2' },
    } as const;
    const listed = shelfTable([
      { name: '2026-01-02-03-04-05_backup', backup },
      { name: 'torn', backup: undefined },
    ]);
    assertGolden('show/show-metadata-backups-of-repository.txt', printShown(listed));
  });

  it('RESTORE METADATA DRY RUN', () => {
    const plan = planTable({
      inserts: ['/shop/table/A.B.json'],
      updates: [{ key: '/shop/rule/r1.json', mvcc: 3 }],
      deletes: [{ key: '/shop/rule/new.json', mvcc: 0 }],
      unchanged: 7,
      kept: ['/shop/table/A.C.json'],
    });
    assertGolden('show/restore-metadata-dry-run.txt', printShown(plan));
  });

  it('VERIFY METADATA', () => {
    const report = verifyTable({
      generation: 'B',
      resources: 18,
      bytes: 2_048,
      projects: 2,
      models: 3,
      offset: 17,
      hasManifest: true,
      exists: { uuid: true, image: true, userGroup: false, user: true, acl: false },
      illegalProjects: ['shop1'],
      illegalFiles: ['/notes.txt'],
      broken: ['/shop/rule/r1.json'],
      empty: [],
      changed: ['/shop/rule/r2.json'],
      missing: ['/shop/rule/r3.json'],
      hashes: new Map(),
      kept: new Map(),
    });
    assertGolden('show/verify-metadata.txt', printShown(report));
  });

  it('SHOW METADATA STORES', () => {
    const store = { name: 'kylin', url: 'v1:sealed', place: 'km@db:3306/kylin', user: 'kylin' };
    const stores = metadataStoreTable([{ ...store, generation: 'C', createdAt: goldenNow }]);
    assertGolden('show/show-metadata-stores.txt', printShown(stores));
  });

  it('SHOW METADATA AUDIT LOG', () => {
    const row = {
      unitId: 'u-1',
      operator: 'root',
      instance: 'n1:9030',
      at: goldenNow,
      content: { secret: 1 },
    };
    const log = auditTable([
      { ...row, id: 8, key: '/_global/account/ann', mvcc: undefined },
      { ...row, id: 7, key: '/_global/account/ann', mvcc: 0 },
    ]);
    assertGolden('show/show-metadata-audit-log.txt', printShown(log));
  });
});
