import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { collectRows } from '../../../src/base/cells.ts';
import { type Cell, textColumn } from '../../../src/base/rows.ts';
import { showCreateRepository } from '../../../src/dispatch/statements/repositories.ts';
import { probeSteps } from '../../../src/repository/probe.ts';
import type { Repository, RepositoryRequest } from '../../../src/repository/repositories.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';
import { World } from '../world.ts';

describe('repositories', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY main_repo WITH BROKER ON LOCATION "${world.place()}"`);
  });
  after(() => world[Symbol.asyncDispose]());

  it('are listed as StarRocks lists them', async () => {
    await world.run(`CREATE REPOSITORY named WITH BROKER builtin_client ON LOCATION "${world.place('two')}"`);
    const rows = await world.rows('SHOW REPOSITORIES');
    assert.deepEqual(
      rows.map((row) => row.with(2, '')),
      [
        ['10001', 'main_repo', '', 'false', world.place(), null, null],
        ['10002', 'named', '', 'false', world.place('two'), 'builtin_client', null],
      ],
    );
    assert.match(String(rows[0]?.[2]), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const liked = await world.rows("SHOW REPOSITORIES LIKE 'NAM%'");
    assert.deepEqual(
      liked.map((row) => row[1]),
      ['named'],
    );
    const filtered = await world.rows('SHOW REPOSITORIES WHERE Broker IS NULL');
    assert.deepEqual(
      filtered.map((row) => row[1]),
      ['main_repo'],
    );
  });

  it('keep the time of their founding when they are joined again', async () => {
    const [before_] = await world.rows("SHOW REPOSITORIES LIKE 'main_repo'");
    await world.run('DROP REPOSITORY main_repo');
    await world.run(`CREATE REPOSITORY main_repo WITH BROKER ON LOCATION "${world.place()}"`);
    const [joined] = await world.rows("SHOW REPOSITORIES LIKE 'main_repo'");
    assert.equal(joined?.[2], before_?.[2]);
  });

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    [
      'CREATE REPOSITORY main_repo WITH BROKER ON LOCATION "PLACE"',
      'backup',
      /repository with same name already exist: main_repo/,
    ],
    [
      'CREATE REPOSITORY `9x` WITH BROKER ON LOCATION "PLACE"',
      'repository_name',
      /Incorrect repository name '9x'/,
    ],
    ['CREATE REPOSITORY x WITH BROKER ghost ON LOCATION "PLACE"', 'backup', /broker does not exist: ghost/],
    [
      'CREATE REPOSITORY x WITH BROKER ON LOCATION ""',
      'analysis',
      /You must specify a location on the repository/,
    ],
    ['CREATE REPOSITORY x WITH BROKER ON LOCATION "ftp://host/x"', 'analysis', /its scheme 'ftp' is unknown/],
    [
      'CREATE REPOSITORY x WITH BROKER ON LOCATION "wasbs://account.blob.core.windows.net/x"',
      'analysis',
      /it names no container/,
    ],
    [
      'CREATE READ ONLY REPOSITORY x WITH BROKER ON LOCATION "PLACE"',
      'backup',
      /there is no repository 'x' to read/,
    ],
    ['DROP REPOSITORY ghost', 'backup', /Repository does not exist/],
    ['ALTER REPOSITORY ghost PROPERTIES ("a" = "b")', 'backup', /Repository \[ghost\] does not exist/],
    ['SHOW CREATE REPOSITORY FOR ghost', 'backup', /repository not exist/],
  ];
  for (const [sql, kind, message] of refusals) {
    it(`refuse ${sql}`, () => world.refuses(sql.replace('PLACE', world.place()), kind, message));
  }

  it('cannot lie in the server’s own folder', async () => {
    const sql = `CREATE REPOSITORY x WITH BROKER ON LOCATION "${world.place('data/engine')}"`;
    await world.refuses(sql, 'backup', /cannot share the server's own data folder/);
  });

  it('are not created twice at the same moment', async () => {
    const sql = `CREATE REPOSITORY twice WITH BROKER ON LOCATION "${world.place('twice')}"`;
    const outcomes = await Promise.allSettled([world.run(sql), world.run(sql)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('are refused at a place that cannot be written', async () => {
    // A file where the folder should be.
    mkdirSync(fileURLToPath(world.place('odd')), { recursive: true });
    writeFileSync(`${fileURLToPath(world.place('odd'))}/file`, '');
    const sql = `CREATE REPOSITORY odd WITH BROKER ON LOCATION "${world.place('odd/file')}"`;
    await world.refuses(sql, 'backup', /^Failed to create repository: /);
  });

  it('show the statement that makes them, without secrets', async () => {
    const rows = await world.rows('SHOW CREATE REPOSITORY FOR main_repo');
    assert.deepEqual(rows, [
      ['main_repo', `CREATE REPOSITORY \`main_repo\`\nWITH BROKER\nON LOCATION "${world.place()}"`],
    ]);
  });

  it('are checked step by step, and measured', async () => {
    const rows = await world.rows('CHECK REPOSITORY main_repo');
    assert.deepEqual(
      rows.map((row) => row.slice(0, 2)),
      ['find the repository in', ...probeSteps].map((step) => [step, 'PASS']),
    );
    const measured = await world.rows('CHECK REPOSITORY main_repo WITH BENCHMARK');
    assert.ok(measured.length > rows.length);
    assert.ok(measured.every((row) => row[1] === 'PASS'));
    await world.refuses('CHECK REPOSITORY ghost', 'backup', /Repository \[ghost\] does not exist/);
  });

  it('fail the check when their place is there without them, and nothing is written to it', async () => {
    await world.run(`CREATE REPOSITORY unmounted WITH BROKER ON LOCATION "${world.place('unmounted')}"`);
    const folder = fileURLToPath(world.place('unmounted'));
    rmSync(folder, { recursive: true });
    const [[step, result, , , message] = [], ...more] = await world.rows('CHECK REPOSITORY unmounted');
    assert.deepEqual([step, result, more], ['find the repository in', 'FAIL', []]);
    assert.match(
      String(message),
      /^repository 'unmounted' is not at its location any more: .*DROP REPOSITORY/,
    );
    assert.ok(!existsSync(folder));
  });

  it('are cleaned of files that no snapshot needs', async () => {
    const sql = `CREATE REPOSITORY dusty WITH BROKER ON LOCATION "${world.place('dusty')}"`;
    await world.run(sql);
    const folder = path.join(fileURLToPath(world.place('dusty')), '__holdfast_repository_dusty/blobs/ab');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${'ab'.repeat(32)}.parquet`);
    writeFileSync(file, 'x');
    const notes = async (statement: string): Promise<readonly string[]> =>
      (await world.run(statement)).warnings.map(({ message }) => message);
    assert.deepEqual(await notes('CLEAN REPOSITORY dusty'), ['0 files that no snapshot needs']);
    assert.ok(existsSync(file), 'it is young');
    assert.deepEqual(await notes('CLEAN REPOSITORY dusty FORCE'), ['1 file that no snapshot needs']);
    assert.ok(!existsSync(file));
    await world.refuses('CLEAN REPOSITORY ghost', 'backup', /Repository \[ghost\] does not exist/);
  });

  it('warn of properties that nobody reads', async () => {
    const sql = `CREATE REPOSITORY odd_key WITH BROKER ON LOCATION "${world.place('odd_key')}" PROPERTIES ("a" = "b")`;
    const answer = await world.run(sql);
    assert.deepEqual(
      answer.warnings.map(({ message }) => message),
      ["property 'a' means nothing to this kind of repository"],
    );
  });

  it('show the brokers', async () => {
    const [row, ...more] = await world.rows('SHOW BROKER');
    assert.deepEqual([row?.slice(0, 4), more], [['builtin_client', '127.0.0.1', '0', 'true'], []]);
    assert.deepEqual(await world.rows("SHOW BROKER LIKE 'x'"), []);
  });
});

describe('SHOW CREATE REPOSITORY', () => {
  it('prints each kind of repository, secrets masked', async () => {
    const rows: (readonly Cell[])[] = [];
    const plain = { id: 1, readOnly: false, properties: [], createdAt: 0 };
    const s3 = [
      ['aws.s3.endpoint', 'https://s3.example.org'],
      ['aws.s3.access_key', 'AKIAEXAMPLE'],
      ['aws.s3.secret_key', 'geheim'],
      ['aws.s3.session_token', 'geheim'],
      ['aws.s3.region', String.raw`a "quoted" \ value`],
      ['aws.s3.screet_kye', 'geheim'],
    ] as const;
    const known: readonly (readonly [Repository, RepositoryRequest['properties']])[] = [
      [{ ...plain, name: 'plain', location: 'file:///srv/backups' }, []],
      [{ ...plain, name: 'bucket', location: 's3a://bucket/path', broker: 'builtin_client' }, s3],
      [{ ...plain, name: 'archive', location: 'file:///srv/archive', readOnly: true }, []],
    ];
    for (const [repository, properties] of known) {
      const repositories = { find: () => repository, properties: () => properties };
      const answer = showCreateRepository({ name: repository.name }, { repositories } as never);
      assert.ok(answer.kind === 'rows');
      rows.push(...(await collectRows(answer.result, 10)));
    }
    const columns = ['RepoName', 'CreateStmt'].map((name) => textColumn(name));
    const text = printShown({ columns, rows });
    assert.doesNotMatch(text, /geheim/);
    assertGolden('show/show-create-repository.txt', text);
  });
});
