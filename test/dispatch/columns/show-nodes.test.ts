import { describe, it } from 'node:test';
import { epochTable, frontendTable } from '../../../src/dispatch/columns/show-nodes.ts';
import type { Lease, NodeState } from '../../../src/metastore/shared-store.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';

const leases: readonly Lease[] = [
  { project: '_global', epoch: 4, owner: 'node2', takenAt: goldenNow, leftMs: 41_000, home: '' },
  { project: 'default_catalog.home', epoch: 1, owner: 'node1', takenAt: goldenNow, leftMs: -3, home: 'f1' },
  { project: 'prod.shop', epoch: 2, owner: '', takenAt: 0, leftMs: 0, home: '' },
];

const groupOf = (project: string): string => (project.startsWith('prod.') ? 'eu' : '');

describe('the answers about nodes', () => {
  it('SHOW FRONTENDS', () => {
    const common = { folder: 'f', group: '', version: '0.1.0', startedAt: goldenNow - 60_000 };
    const nodes: readonly NodeState[] = [
      {
        ...common,
        node: 'node1',
        address: '10.0.0.1:9030',
        httpPort: 8040,
        role: 'all',
        auditId: 17,
        isAlive: false,
        seenAt: goldenNow - 90_000,
      },
      {
        ...common,
        node: 'node2',
        address: '[::1]:9030',
        httpPort: 0,
        role: 'job',
        group: 'eu',
        auditId: 20,
        isAlive: true,
        seenAt: goldenNow,
      },
      {
        ...common,
        node: 'q',
        address: '10.0.0.3:9030',
        httpPort: 8041,
        role: 'query',
        auditId: 19,
        isAlive: true,
        seenAt: goldenNow,
      },
    ];
    assertGolden('show/show-frontends.txt', printShown(frontendTable(nodes, leases, 'metastore-1')));
  });

  it('SHOW METADATA EPOCHS', () => {
    assertGolden('show/show-metadata-epochs.txt', printShown(epochTable(leases, groupOf)));
  });

  it('SHOW METADATA EPOCHS of a server alone, where nothing expires', () => {
    const [first] = leases;
    const alone = first === undefined ? [] : [{ ...first, leftMs: Number.POSITIVE_INFINITY, takenAt: 0 }];
    assertGolden('show/show-metadata-epochs-alone.txt', printShown(epochTable(alone, () => '')));
  });
});
