import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type ConnectChoice, connectMysql } from '../../../src/source/mysql/connect.ts';
import type { MysqlConnection } from '../../../src/source/mysql/connection.ts';
import type { MysqlOptions } from '../../../src/source/mysql/options.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { answerOk, HostileMysql, packet, resultHead } from '../../doubles/hostile-mysql.ts';

const calm = new AbortController().signal;
const rss = (): number => process.memoryUsage().rss;

describe('a server of a catalog that is hostile', () => {
  let server: HostileMysql;
  const crashes: unknown[] = [];
  const note = (error: unknown): void => void crashes.push(error);

  before(async () => {
    server = await HostileMysql.start();
    process.on('uncaughtException', note);
  });
  after(async () => {
    process.off('uncaughtException', note);
    await server[Symbol.asyncDispose]();
    assert.deepEqual(crashes, [], 'nothing was thrown where nobody could catch it');
  });

  function options(): MysqlOptions {
    const properties = {
      type: 'mysql',
      host: '127.0.0.1',
      port: String(server.port),
      user: 'u',
      password: 'p',
      connect_timeout_ms: '60000',
    };
    return mysqlOptionsOf(properties);
  }

  async function open(choice: ConnectChoice = {}): Promise<MysqlConnection> {
    server.malice = answerOk;
    return connectMysql(options(), choice, calm);
  }

  const asksForFile = Buffer.from('\xfb/etc/passwd', 'latin1');

  it('gets no file for the answer to any statement', async () => {
    await using connection = await open();
    server.malice = (socket) => socket.write(packet(1, asksForFile));
    await assert.rejects(connection.rows('SHOW DATABASES', AbortSignal.timeout(500)), SourceError);
    assert.ok(!Buffer.concat(server.received).includes('root:'));
  });

  it('gets the rows of a restore, and no other file, for LOAD DATA', async () => {
    await using connection = await open({ mayLoadLocal: true });
    server.malice = (socket) => socket.write(packet(1, asksForFile));
    const loading = connection.loadLocal(
      'LOAD DATA LOCAL',
      () => Readable.from([Buffer.from('our rows')]),
      AbortSignal.timeout(1_000),
    );
    await loading.catch(() => undefined);
    const sent = Buffer.concat(server.received).toString();
    assert.match(sent, /our rows/);
    assert.doesNotMatch(sent, /root:/);
    await assert.rejects(connection.rows('SHOW DATABASES', AbortSignal.timeout(500)), SourceError);
    assert.doesNotMatch(Buffer.concat(server.received).toString(), /root:/);
  });

  it('is left when a small result does not end, before it fills the memory', async () => {
    await using connection = await open();
    const row = Buffer.concat([Buffer.from([0xfd, 0, 0, 1]), Buffer.alloc(65_536, 0x61)]);
    let sequence = 4;
    server.malice = (socket) => {
      socket.write(resultHead());
      const more = (): void => {
        while (!socket.destroyed && socket.write(packet(sequence++ % 256, row)));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    };
    const before = rss();
    await assert.rejects(connection.rows('SHOW DATABASES', AbortSignal.timeout(200_000)), (error) => {
      assert.ok(error instanceof SourceError);
      assert.match(error.message, /more than \d+ MiB/);
      return true;
    });
    assert.ok(rss() - before < 1024 ** 3, `${rss() - before} bytes more`);
  });

  it('harms nothing by packets of wrong lengths, order and content', async () => {
    const good = Buffer.concat([
      resultHead(),
      packet(4, Buffer.from('\x03abc', 'latin1')),
      packet(5, Buffer.from('fe00000200', 'hex')),
    ]);
    const changes = fc.array(fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255), cut: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        await using connection = await open();
        let bytes = Buffer.from(good);
        for (const { at, to, cut } of list) {
          if (cut && at < bytes.length)
            bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
          else if (at < bytes.length) bytes[at] = to;
        }
        server.malice = (socket) => void socket.end(bytes);
        try {
          await connection.rows('SHOW DATABASES', AbortSignal.timeout(3_000));
        } catch (error) {
          assert.ok(error instanceof SourceError, String(error instanceof Error ? error.stack : error));
        }
      }),
      { numRuns: 150, seed: 8 },
    );
  });
});
