import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { Savepoints } from '../../../src/source/duckdb/savepoints.ts';

describe('savepoints', () => {
  let points: Savepoints;
  beforeEach(() => {
    points = new Savepoints();
  });

  const fails = (work: () => void, kind: string): void =>
    assert.throws(work, (error) => error instanceof SqlError && error.kind === kind);

  it('can be gone back to as often as wanted while nothing is written', () => {
    points.beforeWrite();
    points.set('Sp');
    points.rollBackTo('sp');
    points.rollBackTo('SP');
  });

  it('refuse to go back over a change', () => {
    points.set('sp');
    points.beforeWrite();
    fails(() => points.rollBackTo('sp'), 'not_supported');
  });

  it('are unknown before they are set, after release and after the transaction', () => {
    fails(() => points.rollBackTo('a'), 'does_not_exist');
    points.set('a');
    points.release('a');
    fails(() => points.release('a'), 'does_not_exist');
    points.set('b');
    points.clear();
    fails(() => points.rollBackTo('b'), 'does_not_exist');
  });

  it('going back and releasing forget later ones', () => {
    for (const name of ['a', 'b', 'c']) points.set(name);
    points.rollBackTo('b');
    fails(() => points.release('c'), 'does_not_exist');
    points.release('a');
    fails(() => points.release('b'), 'does_not_exist');
  });

  it('of one name: the last counts, and stands last', () => {
    for (const name of ['a', 'b']) points.set(name);
    points.beforeWrite();
    points.set('a');
    points.rollBackTo('a');
    fails(() => points.rollBackTo('b'), 'not_supported');
    points.release('b');
    fails(() => points.release('a'), 'does_not_exist');
  });
});
