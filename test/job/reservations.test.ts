import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Claim, Reservations } from '../../src/job/reservations.ts';

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
});
