import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ConfigError } from '../../src/config/config-error.ts';
import type { Config } from '../../src/config/config.ts';
import { type Environment, parseArguments } from '../../src/config/load.ts';

function serve(argv: readonly string[] = [], environment: Environment = {}): Config {
  const command = parseArguments(['serve', ...argv], environment);
  assert.ok(command.kind === 'serve');
  return command.config;
}

/** Lines of the report, without its head. */
function mistakes(argv: readonly string[], environment: Environment = {}): readonly string[] {
  try {
    parseArguments(argv, environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

function withFile<T>(text: string, work: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-'));
  try {
    const file = path.join(folder, 'holdfast.yaml');
    writeFileSync(file, text);
    return work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = serve();
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 9030 });
    assert.deepEqual(config.http, { host: '127.0.0.1', port: 8030 });
    assert.equal(config.data, path.resolve('holdfast-data'));
    assert.equal(config.engineMemoryLimitMb, 512);
    assert.equal(config.metastore, undefined);
    assert.equal(config.settings.backup_job_default_timeout_ms, 86_400_000);
    assert.equal(config.settings.max_download_speed_kbps, 0);
  });

  it('takes flags before the environment, the environment before the file, the file before defaults', () => {
    const text = 'max_connections: 1\nwait_timeout_seconds: 2\nengine_threads: 3\n';
    withFile(text, (file) => {
      const environment = {
        HOLDFAST_CONFIG: file,
        HOLDFAST_MAX_CONNECTIONS: '10',
        HOLDFAST_WAIT_TIMEOUT_SECONDS: '20',
      };
      const config = serve(['--max-connections', '100'], environment);
      assert.equal(config.maxConnections, 100);
      assert.equal(config.waitTimeoutSeconds, 20);
      assert.equal(config.engineThreads, 3);
      assert.equal(config.engineMemoryLimitMb, 512);
    });
  });

  const readings: readonly Readonly<{ argv: readonly string[]; name: keyof Config; expected: unknown }>[] = [
    { argv: ['--listen', '0.0.0.0:0'], name: 'listen', expected: { host: '0.0.0.0', port: 0 } },
    { argv: ['--listen=[::1]:9030'], name: 'listen', expected: { host: '::1', port: 9030 } },
    { argv: ['--staging-bytes-max', '1GiB'], name: 'stagingBytesMax', expected: 2 ** 30 },
    { argv: ['--max-allowed-packet-bytes', '1048576'], name: 'maxAllowedPacketBytes', expected: 2 ** 20 },
    { argv: ['--require-secure-transport'], name: 'requireSecureTransport', expected: true },
    { argv: ['--require-secure-transport=false'], name: 'requireSecureTransport', expected: false },
    { argv: ['--allowed-file-paths', '/a:/b/../c'], name: 'allowedFilePaths', expected: ['/a', '/c'] },
    { argv: ['--log-level', 'debug'], name: 'logLevel', expected: 'debug' },
    { argv: ['--log-file', '/var/log/x'], name: 'logFile', expected: '/var/log/x' },
    { argv: ['--node-id', 'a.b-c_1'], name: 'nodeId', expected: 'a.b-c_1' },
  ];
  for (const { argv, name, expected } of readings) {
    it(`reads ${argv.join(' ')}`, () => assert.deepEqual(serve(argv)[name], expected));
  }

  it('reads numbers, booleans and lists of a file', () => {
    const text = 'require_secure_transport: true\nallowed_file_paths: [/a, /b]\nupload_worker_count: 7\n';
    withFile(text, (file) => {
      const config = serve(['--config', file]);
      assert.equal(config.requireSecureTransport, true);
      assert.deepEqual(config.allowedFilePaths, ['/a', '/b']);
      assert.equal(config.settings.upload_worker_count, 7);
    });
  });

  it('takes an empty variable and an empty file for nothing', () => {
    withFile('# nothing\n', (file) => {
      assert.equal(serve(['--config', file], { HOLDFAST_LISTEN: '' }).listen.port, 9030);
    });
  });

  it('keeps secrets out of sight', () => {
    const environment = { HOLDFAST_SECRET_KEY: 'ab'.repeat(32), HOLDFAST_ROOT_PASSWORD: 'geheim' };
    const config = serve([], environment);
    assert.equal(config.rootPassword?.reveal(), 'geheim');
    assert.doesNotMatch(JSON.stringify(config) + inspect(config, { depth: 9 }), /geheim|abab/);
  });
});

describe('a report of mistakes', () => {
  const cases: readonly Readonly<{
    argv: readonly string[];
    environment?: Environment;
    line: string | RegExp;
  }>[] = [
    {
      argv: [],
      line: 'command: is missing: one of serve, demo, metastore, doctor, support-bundle, keys; --help explains them',
    },
    { argv: ['serv'], line: 'serv: unknown command; did you mean serve?' },
    { argv: ['backup'], line: 'backup: unknown command; --help lists them' },
    { argv: ['serve', 'now'], line: 'now: unexpected argument' },
    { argv: ['serve', '--lisen', '1'], line: '--lisen: unknown flag; did you mean --listen?' },
    { argv: ['serve', '--colour'], line: '--colour: unknown flag' },
    { argv: ['serve', '--listen'], line: '--listen: needs a value: HOST:PORT' },
    { argv: ['serve', '--listen', '--data', 'x'], line: '--listen: needs a value: HOST:PORT' },
    { argv: ['serve', '--data', 'a', '--data', 'b'], line: '--data: is given twice' },
    { argv: ['serve', '--exit'], line: '--exit: unknown flag' },
    { argv: ['serve', '--listen', '9030'], line: /^--listen: '9030' must be HOST:PORT, such as/ },
    { argv: ['serve', '--listen', 'h:65536'], line: /^--listen: 'h:65536' must be HOST:PORT/ },
    { argv: ['serve', '--role', 'al'], line: "--role: 'al' must be one of all, job, query" },
    { argv: ['serve', '--role', 'job'], line: /^role: 'job' needs a metastore that nodes share/ },
    {
      argv: ['serve', '--max-connections', '0'],
      line: "--max-connections: '0' must be a whole number from 1 to 100000",
    },
    { argv: ['serve', '--max-connections=1e3'], line: /must be a whole number/ },
    {
      argv: ['serve', '--staging-bytes-max', '1'],
      line: "--staging-bytes-max: '1' must be from 512MiB to 1024TiB",
    },
    { argv: ['serve', '--allowed-file-paths', '/a:b'], line: /must be absolute folders$/ },
    {
      argv: ['serve', '--http', '127.0.0.1:9030'],
      line: /^http: 127\.0\.0\.1:9030 is where MySQL clients connect/,
    },
    {
      argv: ['serve', '--node-heartbeat-ms', '2000', '--node-timeout-ms', '3000'],
      line: 'node_timeout_ms: 3000 must be at least twice node_heartbeat_ms, which is 2000',
    },
    { argv: ['serve', '--secret-key', 'ab'], line: /^--secret-key: would be seen by others/ },
    { argv: ['serve', '--config', '/missing/file'], line: /^\/missing\/file: cannot be read: ENOENT/ },
    { argv: ['serve', '--config'], line: '--config: needs a value: FILE' },
    {
      argv: ['serve'],
      environment: { HOLDFAST_LISTN: 'x' },
      line: 'HOLDFAST_LISTN: unknown variable; did you mean HOLDFAST_LISTEN?',
    },
    {
      argv: ['serve'],
      environment: { HOLDFAST_ROLE: 'x' },
      line: "HOLDFAST_ROLE: 'x' must be one of all, job, query",
    },
    {
      argv: ['serve'],
      environment: { HOLDFAST_SECRET_KEY: 'geheim' },
      line: 'HOLDFAST_SECRET_KEY: must be 64 hexadecimal digits, or several such keys with commas between',
    },
  ];
  for (const { argv, environment, line } of cases) {
    it(`says what is wrong with ${argv.join(' ')} ${Object.keys(environment ?? {}).join(' ')}`, () => {
      const [first = '', ...more] = mistakes(argv, environment);
      if (typeof line === 'string') assert.equal(first, line);
      else assert.match(first, line);
      assert.deepEqual(more, []);
    });
  }

  it('shows no passwords', () => {
    assert.deepEqual(mistakes(['serve', '--metastore', 'mysql://root:geheim@db']), [
      '--metastore: must be a URL such as mysql://user:password@host:port/name',
    ]);
    assert.deepEqual(mistakes(['serve', '--source', 'root:geheim@db']), [
      '--source: must be a URL such as mysql://user:password@host:port/database',
    ]);
  });

  it('has all of them, each with its place, also where another place wins', () => {
    withFile('listen: nowhere\nnodeid: x\nmax_connections: [1]\n', (file) => {
      const argv = ['serve', '--config', file, '--listen', '127.0.0.1:1', '--rol', 'all'];
      assert.deepEqual(mistakes(argv, { HOLDFAST_LOG_LEVEL: 'loud' }), [
        `${file}:1:1 listen: 'nowhere' must be HOST:PORT, such as 127.0.0.1:9030 or [::1]:9030`,
        `${file}:2:1: unknown option 'nodeid'; did you mean node_id?`,
        `${file}:3:1 max_connections: [1] must be a whole number from 1 to 100000`,
        "HOLDFAST_LOG_LEVEL: 'loud' must be one of debug, info, warn, error",
        '--rol: unknown flag; did you mean --role?',
      ]);
    });
  });

  it('gives line and column of what is not YAML', () => {
    withFile('listen: 127.0.0.1:1\nrole: all\nrole: all\nhttp: [\n', (file) => {
      const lines = mistakes(['serve', '--config', file]);
      assert.equal(lines[0], `${file}:3:1: Map keys must be unique`);
      assert.equal(lines.length, 2);
    });
  });

  for (const text of ['just text', '- a\n- b']) {
    it(`refuses a file that is no list of options: ${JSON.stringify(text)}`, () => {
      withFile(text, (file) => {
        assert.match(
          mistakes(['serve', '--config', file])[0] ?? '',
          /must be a list of lines such as listen:/,
        );
      });
    });
  }
});

describe('the command line', () => {
  const operandsOf = (argv: readonly string[]): readonly unknown[] => {
    const { kind, ...rest } = parseArguments(argv, {});
    return [kind, 'file' in rest ? rest.file : 'action' in rest ? rest.action : undefined];
  };

  for (const { argv, line } of [
    { argv: ['keys'], line: 'keys: needs one of rotate, forget' },
    { argv: ['keys', 'roll'], line: 'keys: needs one of rotate, forget' },
    { argv: ['support-bundle'], line: 'support-bundle: needs FILE, which must not be there yet' },
    { argv: ['support-bundle', 'a', 'b'], line: 'b: unexpected argument' },
  ]) {
    it(`refuses ${argv.join(' ')}`, () => assert.deepEqual(mistakes(argv), [line]));
  }

  it('knows serve, demo, doctor and metastore', () => {
    assert.equal(parseArguments(['serve'], {}).kind, 'serve');
    assert.equal(parseArguments(['doctor', '--listen', '127.0.0.1:1'], {}).kind, 'doctor');
    assert.deepEqual(operandsOf(['support-bundle', '/x/y.txt', '--listen', '127.0.0.1:1']), [
      'support_bundle',
      '/x/y.txt',
    ]);
    assert.deepEqual(operandsOf(['keys', 'rotate']), ['keys', 'rotate']);
    assert.deepEqual(operandsOf(['keys', 'forget', '--data', 'x']), ['keys', 'forget']);
    const demo = parseArguments(['demo', '--exit'], {});
    assert.ok(demo.kind === 'demo' && demo.exit);
    assert.deepEqual(parseArguments(['metastore', 'backup', '--dir', 'x'], {}), {
      kind: 'metastore',
      arguments: ['backup', '--dir', 'x'],
    });
  });

  it('answers --version and --help whatever else is wrong', () => {
    assert.equal(parseArguments(['--version'], { HOLDFAST_X: '1' }).kind, 'version');
    const help = parseArguments(['serve', '--nonsense', '--help'], {});
    assert.ok(help.kind === 'help');
    assert.match(
      help.text,
      /--listen HOST:PORT\n {6}Where MySQL clients connect.*\(default: 127\.0\.0\.1:9030\)/,
    );
    assert.match(help.text, /\n {2}HOLDFAST_SECRET_KEY\n/);
    assert.match(help.text, /--require-secure-transport\[=true\|false\]/);
  });
});
