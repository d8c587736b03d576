import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { productVersion, serverVersion } from '../src/version.ts';
import { type Output, runProgram } from './support/clients.ts';
import { freePorts } from './support/free-ports.ts';
import { ServerProcess } from './support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

/** A demo that has not ended after this long is killed, and its test fails. */
const demoTimeoutMs = 200_000;

let folder: TemporaryFolder;
before(async () => {
  folder = await temporaryFolder();
});
after(async () => folder[Symbol.asyncDispose]());

/** The program as a process of its own, to its end; its data folder is one that no test makes. */
async function holdfast(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Output> {
  const own = { HOLDFAST_DATA: path.join(folder.path, 'unused'), ...environment };
  return runProgram(process.execPath, ['src/main.ts', ...args], { environment: own });
}

async function demoFolders(): Promise<readonly string[]> {
  return (await readdir(folder.path)).filter((name) => name.startsWith('holdfast-demo-'));
}

/** A port that somebody else has. */
async function takenPort(): Promise<AsyncDisposable & Readonly<{ port: number }>> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return { port, [Symbol.asyncDispose]: close };
}

describe('the program', () => {
  it('tells its version and nothing else', async () => {
    const { exitCode, stdout, stderr } = await holdfast(['--version']);
    assert.deepEqual([exitCode, stdout, stderr], [0, `holdfast ${productVersion}\n`, '']);
  });

  for (const args of [['--help'], ['-h'], ['help'], ['serve', '--help']]) {
    it(`explains itself for ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await holdfast(args);
      assert.deepEqual([exitCode, stderr], [0, '']);
      for (const word of ['serve', 'demo', 'doctor', '--listen', '--data']) {
        assert.ok(stdout.includes(word), `${word} is not in:\n${stdout}`);
      }
    });
  }

  const misuses: readonly (readonly [
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    said: readonly RegExp[],
  ])[] = [
    ['no command', [], {}, [/is missing: one of serve/]],
    ['an unknown command', ['server'], {}, [/did you mean serve\?/]],
    ['an unknown flag', ['serve', '--lisen', '127.0.0.1:1'], {}, [/--lisen/, /did you mean --listen\?/]],
    ['a bad value', ['serve', '--listen', 'nonsense'], {}, [/--listen/]],
    ['a bad variable', ['serve'], { HOLDFAST_MAX_CONNECTIONS: 'many' }, [/HOLDFAST_MAX_CONNECTIONS/]],
    [
      'several mistakes at once',
      ['serve', '--role', 'king'],
      { HOLDFAST_LOG_LEVEL: 'loud' },
      [/--role/, /HOLDFAST_LOG_LEVEL/],
    ],
    [
      'a missing option file',
      ['serve', '--config', '/nowhere/holdfast.yaml'],
      {},
      [/\/nowhere\/holdfast\.yaml/],
    ],
  ];
  for (const [name, args, environment, said] of misuses) {
    it(`ends with exit code 2 for ${name}, having said why on standard error`, async () => {
      const { exitCode, stdout, stderr } = await holdfast(args, environment);
      assert.deepEqual([exitCode, stdout], [2, '']);
      for (const text of said) assert.match(stderr, text);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }

  it('never repeats a secret that it cannot read', async () => {
    const { exitCode, stderr } = await holdfast(['serve'], { HOLDFAST_SECRET_KEY: 'hunter2' });
    assert.equal(exitCode, 2);
    assert.match(stderr, /HOLDFAST_SECRET_KEY/);
    assert.doesNotMatch(stderr, /hunter2/);
  });

  it('has made no data folder for any of these', () => {
    assert.ok(!existsSync(path.join(folder.path, 'unused')));
  });
});

describe('serve', () => {
  it('ends with exit code 1 and one line when the port is in use', async () => {
    await using taken = await takenPort();
    const data = path.join(folder.path, 'port-in-use');
    const { exitCode, stderr } = await holdfast([
      'serve',
      '--listen',
      `127.0.0.1:${taken.port}`,
      '--data',
      data,
    ]);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      new RegExp(`^holdfast: cannot listen on 127\\.0\\.0\\.1:${taken.port}: another program`, 'm'),
    );
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  it('ends with exit code 1 when another server has the data folder', async () => {
    await using server = await ServerProcess.start();
    const { exitCode, stderr } = await holdfast(['serve', '--listen', '127.0.0.1:0', '--data', server.data]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^holdfast: /m);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  const unopened: readonly (readonly [name: string, flags: (file: string) => readonly string[]])[] = [
    ['the data folder is a file', (file) => ['--data', file]],
    ['the log file cannot be opened', (file) => ['--data', `${file}-data`, '--log-file', `${file}/log`]],
  ];
  for (const [name, flags] of unopened) {
    it(`ends with exit code 1 when ${name}, and names it`, async () => {
      const file = path.join(folder.path, 'a-file');
      await writeFile(file, 'x');
      const { exitCode, stderr } = await holdfast(['serve', '--listen', '127.0.0.1:0', ...flags(file)]);
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, /^holdfast: .*a-file/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }

  it('writes its log to the file that is asked for, and ends with 0 on SIGTERM', async () => {
    const logFile = path.join(folder.path, 'server.log');
    const flags = ['--log-file', logFile, '--log-level', 'debug'];
    const server = await ServerProcess.start({ flags });
    const connection = await server.connect();
    const place = pathToFileURL(path.join(folder.path, 'backups')).href;
    await connection.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${place}"`);
    await connection.end();
    assert.equal(await server.stop(), 0);
    const lines = (await readFile(logFile, 'utf8')).trim().split('\n');
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    assert.ok(events.includes('store_call'), events.join(', '));
  });
});

describe('doctor', () => {
  it('ends with 0 where a server answers, having said which', async () => {
    await using server = await ServerProcess.start();
    const flags = ['--listen', `127.0.0.1:${server.port}`, '--data', server.data];
    const { exitCode, stdout } = await holdfast(['doctor', ...flags]);
    assert.equal(exitCode, 0, stdout);
    const lines = stdout.split('\n');
    for (const line of [
      `ok    data folder: ${server.data}`,
      `ok    metastore: '${path.join(server.data, 'metastore.db')}' is open in the running server`,
      `ok    server: 127.0.0.1:${server.port} answers as ${serverVersion}`,
      'ok    backup jobs: 0 known, 0 of them cancelled',
    ]) {
      assert.ok(lines.includes(line), stdout);
    }
  });

  it('ends with exit code 1 where nobody answers', async () => {
    const [port] = await freePorts(1);
    const { exitCode, stdout } = await holdfast(['doctor', '--listen', `127.0.0.1:${port}`]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /does not answer: /);
  });
});

describe('demo', () => {
  it('leaves no folder when it is stopped in the middle', async () => {
    const environment = { ...process.env, TMPDIR: folder.path };
    const child = spawn(process.execPath, ['src/main.ts', 'demo', '--listen', '127.0.0.1:0'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: demoTimeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.includes('CREATE TABLE') && `${output}${chunk}`.includes('CREATE TABLE')) child.kill();
      output += chunk.toString();
    });
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, 1, output);
    assert.deepEqual(await demoFolders(), []);
  });

  it('ends with exit code 1, its server and its folder gone, when it cannot go on', async () => {
    const environment = { TMPDIR: folder.path, HOLDFAST_MAX_ALLOWED_PACKET_BYTES: '1KiB' };
    const { exitCode, stderr } = await holdfast(['demo', '--exit', '--listen', '127.0.0.1:0'], environment);
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^holdfast: /m);
    assert.deepEqual(await demoFolders(), []);
  });
});
