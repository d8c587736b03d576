import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '../src/config/config-error.ts';
import { type MetastoreRequest, readMetastoreArguments } from '../src/metastore-arguments.ts';

const read = (...argv: readonly string[]): MetastoreRequest => readMetastoreArguments(argv, '/cwd', {});

describe('the arguments of metastore.sh', () => {
  const backup = { kind: 'backup', level: 'system', name: '' };
  const restore = { kind: 'restore', level: 'system', name: '', afterTruncate: false, force: false };
  const cases: readonly (readonly [string, object])[] = [
    ['backup', backup],
    ['backup d', { ...backup, folder: '/cwd/d' }],
    ['backup-project p', { ...backup, level: 'project', name: 'p' }],
    ['backup-project p /d', { ...backup, level: 'project', name: 'p', folder: '/d' }],
    ['backup-cube c d', { ...backup, level: 'cube', name: 'c', folder: '/cwd/d' }],
    ['restore d', { ...restore, folder: '/cwd/d' }],
    [
      '--force restore d --after-truncate',
      { ...restore, folder: '/cwd/d', afterTruncate: true, force: true },
    ],
    ['restore-project p d', { ...restore, level: 'project', name: 'p', folder: '/cwd/d' }],
    ['restore-cube p d', { ...restore, level: 'cube', name: 'p', folder: '/cwd/d' }],
    ['list /p', { kind: 'list', name: '/p' }],
    ['cat /p/x', { kind: 'cat', name: '/p/x' }],
    ['fetch /p/x d', { kind: 'fetch', name: '/p/x', folder: '/cwd/d' }],
    ['verify d', { kind: 'verify', folder: '/cwd/d' }],
  ];
  for (const [line, command] of cases) {
    it(`read ${line}`, () => assert.deepEqual(read(...line.split(' ')).command, command));
  }

  it('say which store and which server', () => {
    const request = read('--store', 'kylin', '--listen', '127.0.0.1:9999', '--user', 'ann', 'backup');
    assert.equal(request.store, 'kylin');
    assert.equal(request.user, 'ann');
    assert.equal(request.config.listen.port, 9999);
  });

  const wrong = [
    '',
    'promote d',
    'backup a b',
    'backup-cube c',
    'restore',
    'restore --after-truncate d',
    'restore-project p',
    'list',
    '--what backup',
    '--listen nowhere backup',
    'backup --after-truncate x',
  ];
  for (const line of wrong) {
    it(`refuse '${line}'`, () => {
      assert.throws(() => read(...line.split(' ').filter((part) => part !== '')), ConfigError);
    });
  }
});
