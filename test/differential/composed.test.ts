import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { agree, outcomeOf } from './compare.ts';
import { composedData, composedQueries } from './composed-queries.ts';
import { ServerPair } from './server-pair.ts';

/** Of so many at most the engine may say that it cannot compute them. */
const refusedMax = 3;

describe(
  'functions of expressions that may warn, of the embedded engine and of MySQL',
  { skip: mysqlSkipReason() },
  () => {
    let pair: ServerPair;
    let refused = 0;
    before(async () => {
      pair = await ServerPair.start();
      await pair.run(['CREATE DATABASE trial', 'USE trial', ...composedData]);
    });
    after(async () => pair[Symbol.asyncDispose]());

    for (const sql of composedQueries) {
      it(sql, async () => {
        const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
        if (!agree(ours, theirs)) assert.deepEqual(ours, theirs);
        if ('errno' in ours && !('errno' in theirs)) refused += 1;
      });
    }

    it('are computed but for a few', () => assert.ok(refused <= refusedMax, `${refused} were refused`));
  },
);
