import { it } from 'node:test';
import { repositoryTable } from '../../../src/dispatch/columns/show-repositories.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';

it('SHOW REPOSITORIES prints each kind of repository', () => {
  const common = { properties: [], createdAt: goldenNow, location: 'file:///srv/backups' };
  const table = repositoryTable(
    [
      { ...common, id: 10_001, name: 'main', readOnly: false },
      { ...common, id: 10_002, name: 'archive', readOnly: true, broker: 'builtin_client' },
      { ...common, id: 10_003, name: 'away', readOnly: false },
    ],
    new Map([['away', '2026-01-02 04:00:00: the place does not answer']]),
  );
  assertGolden('show/show-repositories.txt', printShown(table));
});
