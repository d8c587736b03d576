import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { parseArguments } from '../../src/config/load.ts';
import { runDemo } from '../../src/demo/demo.ts';
import { demoConfig } from '../../src/demo/folder.ts';
import { type HoldfastServer, startServer } from '../../src/server.ts';
import { connectMysql2 } from '../support/clients.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const rootPassword = 'long enough 1';

describe('the demo', () => {
  let folder: TemporaryFolder;
  let server: HoldfastServer;

  before(async () => {
    folder = await temporaryFolder();
    const environment = { HOLDFAST_ROOT_PASSWORD: rootPassword, HOLDFAST_ALLOWED_FILE_PATHS: '/nowhere' };
    const command = parseArguments(['demo', '--listen', '127.0.0.1:0'], environment);
    assert.ok(command.kind === 'demo');
    server = await startServer(demoConfig(command.config, folder.path), silentLog);
  });
  after(async () => {
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  const run = async (print: (text: string) => void): Promise<boolean> => {
    const { host, port } = server;
    return runDemo({ host, port, password: new Secret(rootPassword), folder: folder.path, print });
  };

  it('backs up, loses and restores the shop, and finds every row equal', async () => {
    const printed: string[] = [];
    assert.equal(await run((text) => printed.push(text)), true);
    const text = printed.join('\n');
    const steps = [
      'CREATE REPOSITORY',
      'BACKUP SNAPSHOT',
      'FINISHED',
      'DROP DATABASE',
      'ERROR 1049',
      'RESTORE SNAPSHOT',
    ];
    let at = 0;
    for (const step of steps) {
      const found = text.indexOf(step, at);
      assert.ok(found >= at, `${step} is missing or out of order:\n${text}`);
      at = found;
    }
    assert.equal(text.match(/ equal /g)?.length, 5);
    assert.doesNotMatch(text, /DIFFERENT|long enough/);
  });

  it('runs again on the same server, and finds a row that is not as it was', async () => {
    const { port } = server;
    await using thief = await connectMysql2({ port, user: 'root', password: rootPassword });
    let theft: Promise<unknown> | undefined;
    const printed: string[] = [];
    const isEqual = await run((text) => {
      printed.push(text);
      // The lines of orders are compared fourth, long after this statement has been answered.
      if (text.includes('6. Every row'))
        theft = thief.query('DELETE FROM shop.order_line WHERE order_id = 1');
    });
    await theft;
    assert.equal(isEqual, false);
    assert.match(printed.at(-1) ?? '', /order_line .* 150000 .* 149997 .* DIFFERENT/);
  });
});
