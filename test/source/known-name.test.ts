import assert from 'node:assert/strict';
import { it } from 'node:test';
import { knownDatabase } from '../../src/source/known-name.ts';
import { FakeSource, fakeServer } from '../support/fake-source.ts';
import { memoryFiles } from '../support/memory-files.ts';

it('a database written in other letters is itself, where the source folds names', async () => {
  const server = fakeServer();
  server.databases.set('Shop', new Map());
  const source = new FakeSource(server, { files: memoryFiles(new Map()) });
  const { signal } = new AbortController();
  assert.equal(await knownDatabase(source, 'SHOP', signal), 'SHOP');
  const folding = Object.create(source, {
    capabilities: { value: { ...source.capabilities, foldsNames: true } },
    listDatabases: { value: () => source.listDatabases() },
  }) as FakeSource;
  assert.equal(await knownDatabase(folding, 'SHOP', signal), 'Shop');
  assert.equal(await knownDatabase(folding, 'copy', signal), 'copy');
});
