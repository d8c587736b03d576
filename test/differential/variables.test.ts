import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import type { DatabaseServer } from '../support/database-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { agree, outcomeOf } from './compare.ts';
import { refusedAssignments, variableSession } from './variable-queries.ts';

describe('user variables of the embedded engine and of MySQL', { skip: mysqlSkipReason() }, () => {
  let server: ServerProcess;
  let mysql: DatabaseServer;
  let connections: readonly [Connection, Connection];
  before(async () => {
    [server, mysql] = await Promise.all([ServerProcess.start(), startMysqlServer()]);
    connections = await Promise.all([server.connect({ charset: 'utf8mb4' }), mysql.connect()]);
    for (const connection of connections) {
      await connection.query('CREATE DATABASE trial');
      await connection.query('USE trial');
    }
  });
  after(async () => {
    for (const connection of connections) connection.destroy();
    await Promise.all([server.stop(), mysql[Symbol.asyncDispose]()]);
  });

  for (const [index, sql] of variableSession.entries()) {
    it(`${index}: ${sql}`, async () => {
      const [ours, theirs] = await Promise.all(connections.map((each) => outcomeOf(each, sql)));
      assert.ok(ours !== undefined && theirs !== undefined);
      if (!agree(ours, theirs) || 'errno' in ours) assert.deepEqual(ours, theirs);
    });
  }

  for (const sql of refusedAssignments) {
    it(`refuse ${sql}`, async () => {
      const ours = await outcomeOf(connections[0], sql);
      assert.equal('errno' in ours ? ours.errno : undefined, 1235);
    });
  }
});
