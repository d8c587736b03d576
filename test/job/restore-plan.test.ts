import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chunksOfRestore, expectedSum, resolveTargets, restorePlanOf } from '../../src/job/restore-plan.ts';
import type { RestoreObject } from '../../src/job/restore-plan.ts';
import { sampleRestores } from '../support/sample-jobs.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const cases: readonly Readonly<{
  name: string;
  objects: readonly RestoreObject[] | undefined;
  gives: readonly string[];
}>[] = [
  { name: 'everything without ON', objects: undefined, gives: ['orders', 'sales', 'dear'] },
  { name: 'a table', objects: [{ kind: 'named', name: 'orders' }], gives: ['orders'] },
  { name: 'a plain name that is a view', objects: [{ kind: 'named', name: 'dear' }], gives: ['dear'] },
  { name: 'all tables', objects: [{ kind: 'all', objectKind: 'TABLE' }], gives: ['orders', 'sales'] },
  {
    name: 'a view and all tables, in the order of the snapshot',
    objects: [
      { kind: 'named', name: 'dear', objectKind: 'VIEW' },
      { kind: 'all', objectKind: 'TABLE' },
    ],
    gives: ['orders', 'sales', 'dear'],
  },
  {
    name: 'an object once that is named and among all; the name counts',
    objects: [
      { kind: 'named', name: 'orders', alias: 'old' },
      { kind: 'all', objectKind: 'TABLE' },
    ],
    gives: ['orders AS old', 'sales'],
  },
  {
    name: 'an object by the name it was given, also where ALL stands first',
    objects: [
      { kind: 'all', objectKind: 'TABLE' },
      { kind: 'named', name: 'orders', alias: 'old' },
    ],
    gives: ['orders AS old', 'sales'],
  },
  {
    name: 'no functions where there are none',
    objects: [{ kind: 'all', objectKind: 'FUNCTION' }],
    gives: [],
  },
];

describe('what a restore takes of a snapshot', () => {
  for (const { name, objects, gives } of cases) {
    it(`is ${name}`, () => {
      const choice = objects && { mode: 'ON' as const, objects };
      const targets = resolveTargets(sampleManifest, choice).map(({ name, target }) =>
        name === target ? name : `${name} AS ${target}`,
      );
      assert.deepEqual(targets, gives);
    });
  }

  it('is what EXCLUDE leaves', () => {
    const left = (...objects: readonly RestoreObject[]): readonly unknown[] =>
      resolveTargets(sampleManifest, { mode: 'EXCLUDE', objects }).map((target) => target.name);
    assert.deepEqual(left({ kind: 'named', name: 'orders' }), ['sales', 'dear']);
    assert.deepEqual(left({ kind: 'all', objectKind: 'TABLE' }), ['dear']);
    const allOfSales = left({ kind: 'named', name: 'sales', partitions: ['p1'] });
    assert.deepEqual(allOfSales, ['orders', 'dear'], 'a table of which every partition is excluded');
    const nothing = [{ kind: 'all', objectKind: 'TABLE' } as const, { kind: 'named', name: 'dear' } as const];
    assert.throws(() => left(...nothing), /every object of snapshot .* is excluded/);
    assert.throws(() => left({ kind: 'named', name: 'ghost' }), /Table ghost does not exist in snapshot/);
  });

  it('has each name once', () => {
    const objects: readonly RestoreObject[] = [
      { kind: 'all', objectKind: 'TABLE' },
      { kind: 'named', name: 'orders', alias: 'sales' },
    ];
    const choice = { mode: 'ON', objects } as const;
    assert.throws(() => resolveTargets(sampleManifest, choice), /Duplicated alias name: sales/);
  });

  it('gives an object one name, and does not drop a second one', () => {
    const objects: readonly RestoreObject[] = [
      { kind: 'named', name: 'orders', alias: 'first' },
      { kind: 'named', name: 'orders', alias: 'second' },
    ];
    assert.throws(() => resolveTargets(sampleManifest, { mode: 'ON', objects }), /Duplicated table: orders/);
  });

  it('keeps what the snapshot has where the rest of the database is to go', () => {
    const targets = resolveTargets(sampleManifest, {
      mode: 'ON',
      objects: [{ kind: 'named', name: 'orders', alias: 'old' }],
    });
    const job = { ...sampleRestores.PENDING, targets, options: ['clean_tables'] as const };
    const { options, keep } = restorePlanOf(job, sampleManifest, false);
    assert.deepEqual([options, keep], [['clean_tables'], ['orders', 'sales', 'dear']]);
  });

  it('is not a table under the name of a view', () => {
    const objects: readonly RestoreObject[] = [{ kind: 'named', name: 'dear', objectKind: 'TABLE' }];
    assert.throws(
      () => resolveTargets(sampleManifest, { mode: 'ON', objects }),
      /Table dear does not exist in snapshot/,
    );
  });

  it('is cut into the chunks of the chosen partitions', () => {
    const targets = resolveTargets(sampleManifest, undefined);
    const job = { ...sampleRestores.PENDING, targets };
    const chunks = chunksOfRestore(job, sampleManifest);
    assert.deepEqual(
      chunks.map(({ ordinal, task, target, partition }) => [ordinal, task, target, partition]),
      [
        [0, 1, 'orders', undefined],
        [1, 1, 'orders', undefined],
        [2, 2, 'sales', 'p1'],
      ],
    );
    const none = {
      ...job,
      targets: [{ kind: 'TABLE', name: 'sales', target: 'sales', partitions: [] }],
    } as const;
    assert.deepEqual(chunksOfRestore(none, sampleManifest), []);
    assert.equal(expectedSum(none.targets[0], sampleManifest).rows, 0);
  });

  it('restores only the partitions that a snapshot of some has', () => {
    const job = {
      ...sampleRestores.PENDING,
      targets: resolveTargets(sampleManifest, undefined),
      replicationNum: 1,
    };
    const plan = restorePlanOf(job, sampleManifest, true);
    assert.equal(plan.createDatabase, true);
    assert.deepEqual(
      plan.tables.map(({ target, partitions, replicationNum, autoIncrement, rows }) => [
        target,
        partitions,
        replicationNum,
        autoIncrement,
        rows,
      ]),
      [
        ['orders', undefined, 1, '18446744073709551615', 3],
        ['sales', ['p1'], 1, undefined, 1],
      ],
    );
    assert.deepEqual(plan.others, [
      { kind: 'VIEW', name: 'dear', target: 'dear', ddl: 'CREATE VIEW `dear` AS SELECT 1' },
    ]);
  });
});
