import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { silentLog } from '../../src/base/log.ts';
import { startWireServer } from '../../src/wire/server.ts';
import { connectMysql2 } from '../support/clients.ts';
import { TestHandler } from './support/test-handler.ts';

describe('a server with accounts of each plugin', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const accounts = {
    slow: { password: 'p w' },
    fast: { password: 'p w', isCached: true },
    native: { password: 'p w', plugin: 'mysql_native_password' },
  } as const;
  for (const user of Object.keys(accounts)) {
    it(`lets mysql2 in as '${user}' and answers its query`, async () => {
      const handler = new TestHandler(accounts);
      const server = await startWireServer({
        host: '127.0.0.1',
        port: 0,
        handler,
        rsaKey: privateKey,
        log: silentLog,
      });
      {
        await using client = await connectMysql2({ port: server.port, user, password: 'p w' });
        const [rows] = await client.query<RowDataPacket[]>('select 1');
        assert.deepEqual(rows, [{ text: 'select 1' }]);
      }
      await server.stop(0);
      assert.equal(handler.closed, 1);
    });
  }
});
