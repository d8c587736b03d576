import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { describeError, errorNumber } from '../../src/dispatch/sql-error.ts';

/** The kinds as they are declared, each with the numbers that its comment names. */
const declared = [...readFileSync('src/base/sql-error.ts', 'utf8').matchAll(/\| '(\w+)';? \/\/ (.*)/g)].map(
  ([, kind, comment]) => ({ kind: kind as SqlErrorKind, comment: comment as string }),
);

describe('the table of error numbers', () => {
  it('is read here as a whole', () => assert.ok(declared.length > 80));

  for (const { kind, comment } of declared) {
    it(`gives ${kind} the number that its comment names`, () => {
      const { number, sqlState } = describeError(new SqlError(kind, 'text'));
      assert.ok(comment.includes(String(number)), `${number} is not in: ${comment}`);
      assert.match(sqlState, /^[0-9A-Z]{5}$/);
      assert.equal(errorNumber(kind), number);
    });
  }

  it('gives two kinds one number only where StarRocks or MySQL does', () => {
    const byNumber = Map.groupBy(declared, ({ kind }) => errorNumber(kind));
    const shared = [...byNumber].filter(([, kinds]) => kinds.length > 1);
    assert.deepEqual(
      shared.map(([number, kinds]) => [number, kinds.map(({ kind }) => kind)]),
      [
        [1064, ['syntax', 'analysis']],
        [1429, ['upstream_unreachable', 'upstream_tls']],
      ],
    );
  });
});

describe('an error as the client reads it', () => {
  it('has its hint behind the text', () => {
    const { message } = describeError(new SqlError('backup', 'no such place', { hint: 'Make the folder.' }));
    assert.equal(message, 'no such place. Make the folder.');
  });

  it('of syntax has HY000 in backup statements and 42000 in all others', () => {
    const starRocks = new SqlError(
      'syntax',
      'Getting syntax error at line 1, column 2. Detail message: Unexpected input',
    );
    assert.equal(describeError(starRocks).sqlState, 'HY000');
    assert.equal(describeError(new SqlError('syntax', 'You have an error')).sqlState, '42000');
  });

  it('that is a fault of ours tells nothing of it', () => {
    for (const fault of [new TypeError('secret of the heap'), 'text', undefined, { number: 1 }]) {
      assert.deepEqual(describeError(fault), {
        number: 1105,
        sqlState: 'HY000',
        message: 'internal error; the server log has the details',
      });
    }
  });
});
