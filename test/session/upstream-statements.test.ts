import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { UpstreamStatements } from '../../src/session/upstream-statements.ts';
import { UpstreamConnection } from '../../src/upstream/connection.ts';
import { startTestServer, type TestServer } from '../wire/support/test-server.ts';

describe('prepared statements of other servers', () => {
  let server: TestServer;
  let connection: UpstreamConnection;
  before(async () => {
    server = await startTestServer();
    const account = { host: '127.0.0.1', port: server.port, user: 'native', password: new Secret('pw') };
    const rest = { tls: { mode: 'disabled' }, connectTimeoutMs: 5_000 } as const;
    const wishes = { capabilities: 0, collation: 45 };
    connection = await UpstreamConnection.open({ ...account, ...rest }, wishes, new AbortController().signal);
  });
  after(async () => {
    await connection[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('are found by the client’s number until they or their connection go', () => {
    const statements = new UpstreamStatements();
    statements.add(7, { catalog: 'prod', connection, statementId: 1 });
    statements.add(8, { catalog: 'prod', connection, statementId: 2 });
    assert.equal(statements.find(8)?.statementId, 2);
    statements.delete(8);
    assert.equal(statements.find(8), undefined);
    statements.forget(connection);
    assert.equal(statements.find(7), undefined);
  });

  it('have a limit', () => {
    const statements = new UpstreamStatements();
    for (let id = 1; id <= 16_382; id++) {
      statements.checkRoom();
      statements.add(id, { catalog: 'prod', connection, statementId: id });
    }
    assert.throws(() => statements.checkRoom(), { kind: 'prepared_statement_limit' });
    statements.clear();
    statements.checkRoom();
  });
});
