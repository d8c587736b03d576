import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Job } from '../../src/job/machine.ts';
import { type Claim, Reservations } from '../../src/job/reservations.ts';
import { sampleBackups, sampleRestores } from '../support/sample-jobs.ts';

const claim = (number: number): Claim => ({
  kind: 'backup',
  catalog: 'default_catalog',
  database: `db_${number}`,
  repository: 'repo',
  label: `label_${number}`,
});

describe('places of jobs', () => {
  it('are refused to one more than a thousand, until one is given back', () => {
    const reservations = new Reservations(() => []);
    const taken = Array.from({ length: 1_000 }, (_, number) => reservations.take(claim(number)));
    assert.throws(() => reservations.take(claim(1_000)), {
      kind: 'resource_limit',
      message: /^queue full: 1000 backup and restore jobs are not finished/,
    });
    taken[0]?.[Symbol.dispose]();
    reservations.take(claim(1_000));
    assert.throws(() => reservations.take(claim(1_001)), { kind: 'resource_limit' });
  });

  const info = sampleBackups.UPLOAD_INFO;
  const cases: readonly (readonly [string, readonly Job[], boolean])[] = [
    ['by nobody', [], false],
    ['by a backup whose manifest is being written', [info], true],
    ['by one that could not write it and tries again', [{ ...info, failures: 1 } as Job], false],
    ['by one that uploads', [sampleBackups.UPLOADING], false],
    ['by a restore that swaps its tables in', [sampleRestores.COMMITTING], true],
    ['by one that loads them', [sampleRestores.DOWNLOADING], false],
    ['by jobs that have ended', [sampleBackups.FINISHED, sampleRestores.CANCELLED], false],
    ['by one that is about to end and one that is not', [info, sampleRestores.DOWNLOADING], false],
  ];
  for (const [name, jobs, expected] of cases) {
    it(`taken ${name} are ${expected ? '' : 'not '}about to be free`, () => {
      const reservations = new Reservations(() => jobs);
      const { catalog, database, repository, label } = info;
      assert.equal(reservations.isAboutToBeFree({ catalog, database: database.toUpperCase() }), expected);
      assert.equal(reservations.isAboutToBeUnused(repository, label), expected);
      assert.equal(reservations.isAboutToBeFree({ catalog, database: 'other' }), false);
      assert.equal(reservations.isAboutToBeUnused(repository, 'other'), false);
    });
  }
});
