import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { agree, outcomeOf } from './compare.ts';
import { ServerPair } from './server-pair.ts';
import { settingSession } from './setting-queries.ts';
import { refusedAssignments, variableSession } from './variable-queries.ts';

describe('user variables of the embedded engine and of MySQL', { skip: mysqlSkipReason() }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start();
    await pair.run(['CREATE DATABASE trial', 'USE trial']);
  });
  after(async () => pair[Symbol.asyncDispose]());

  for (const [index, sql] of variableSession.entries()) {
    it(`${index}: ${sql}`, async () => {
      const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
      if (!agree(ours, theirs) || 'errno' in ours) assert.deepEqual(ours, theirs);
    });
  }

  for (const [index, sql] of settingSession.entries()) {
    it(`setting ${index}: ${sql}`, async () => {
      const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
      if (!agree(ours, theirs) || ('errno' in ours && !('errno' in theirs))) assert.deepEqual(ours, theirs);
      if ('errno' in theirs) assert.equal('errno' in ours && ours.errno, theirs.errno);
    });
  }

  for (const sql of refusedAssignments) {
    it(`refuse ${sql}`, async () => {
      const ours = await outcomeOf(pair.ours, sql);
      assert.equal('errno' in ours ? ours.errno : undefined, 1235);
    });
  }
});
