import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { agree, outcomeOf } from './compare.ts';
import { matrixDifferences } from './matrix-differences.ts';
import { edgeData, edgeQueries, matrixColumns, matrixData, matrixQueries } from './matrix-queries.ts';
import { ServerPair } from './server-pair.ts';

describe(
  'every function of a column of every type, of the embedded engine and of MySQL',
  { skip: mysqlSkipReason() },
  () => {
    let pair: ServerPair;
    before(async () => {
      pair = await ServerPair.start();
      await pair.run(['CREATE DATABASE trial', 'USE trial', ...matrixData, ...edgeData]);
    });
    after(async () => pair[Symbol.asyncDispose]());

    for (const column of matrixColumns) {
      it(`of the column ${column} agree but where it is known that they do not`, async () => {
        const differing: string[] = [];
        for (const sql of matrixQueries(column)) {
          const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
          if (!agree(ours, theirs)) differing.push(sql.replace(/^SELECT | FROM p.*$/g, ''));
        }
        assert.deepEqual(differing, matrixDifferences[column] ?? []);
      });
    }

    for (const sql of edgeQueries) {
      it(sql, async () => {
        const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
        if (!agree(ours, theirs)) assert.deepEqual(ours, theirs);
      });
    }
  },
);
