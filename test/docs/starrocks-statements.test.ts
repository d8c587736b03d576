import assert from 'node:assert/strict';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it, mock } from 'node:test';
import { blobKey } from '../../src/repository/key.ts';
import { parseLocation } from '../../src/repository/location.ts';
import { propertyWarnings } from '../../src/repository/open-adapter.ts';
import { openStore } from '../../src/repository/open-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { parseDialect } from '../../src/sql/dialect.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { assertFails, calm } from '../conformance/blob-store/support.ts';
import { storeParts } from '../support/store-parts.ts';

type CreateRepository = Extract<Statement, { kind: 'create_repository' }>;

/** What StarRocks' documents leave open in angle brackets. */
const filled: Readonly<Record<string, string>> = {
  '<hdfs_host>': 'namenode.example',
  '<hdfs_port>': '9870',
  '<hdfs_username>': 'user',
  '<hdfs_password>': 'secret',
};

/** The statements that StarRocks prints, as the grammar's corpus has them: those of a repository called `test_repo`. */
function printedStatements(): readonly string[] {
  const corpus = readFileSync('grammar/corpus/accept/starrocks.sql', 'utf8');
  const entries = corpus.split(/^-- create_repository$/m).map((entry) => entry.split(/^-- /m, 1)[0] ?? '');
  return entries
    .filter((entry) => entry.trimStart().startsWith('CREATE REPOSITORY test_repo'))
    .map((entry) => entry.replaceAll(/<\w+>/g, (name) => filled[name] ?? name));
}

/** In their order; undefined where credentials come from the machine's own metadata service first. */
const hosts: readonly (string | undefined)[] = [
  'namenode.example',
  // With an underscore the bucket can be no part of a host's name.
  's3.us-east-1.amazonaws.com',
  undefined,
  undefined,
  'storage.googleapis.com',
  'bucket_oss.oss-cn-zhangjiakou-internal.aliyuncs.com',
  'bucket_cos.cos.ap-beijing.myqcloud.com',
];

describe('the statements that StarRocks prints', () => {
  const statements = printedStatements().map((text) => parseDialect(text) as CreateRepository);
  afterEach(() => mock.restoreAll());

  it('are all here', () => assert.equal(statements.length, hosts.length));

  for (const [index, { location, properties }] of statements.entries()) {
    const given = new Map(properties);
    const host = hosts[index];
    it(`open ${location} by ${[...given.keys()].join(', ')} word for word`, async () => {
      assert.deepEqual(propertyWarnings(parseLocation(location), given), []);
      await using store = await openStore(location, given, storeParts(), 'prove');
      if (host === undefined) return;
      const asked = lookupsFail();
      await assertFails('unavailable', store.stat(blobKey('a'), calm));
      assert.deepEqual([...new Set(asked)], [host]);
    });
  }

  it('say what to do when their host is unknown', async () => {
    lookupsFail();
    const [{ location, properties } = assert.fail('there is none')] = statements.slice(1);
    await using store = await openStore(location, new Map(properties), storeParts(), 'prove');
    await assert.rejects(
      store.stat(blobKey('a'), calm),
      (error) => error instanceof StorageError && /endpoint in PROPERTIES/.test(error.hint ?? ''),
    );
  });
});

/** No name is known any more; gives those that were asked for. */
function lookupsFail(): readonly string[] {
  const asked: string[] = [];
  mock.method(dns, 'lookup', (host: string, _options: unknown, told: (error: Error) => void) => {
    asked.push(host);
    told(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
  });
  return asked;
}
