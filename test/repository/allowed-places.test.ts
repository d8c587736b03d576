import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SqlError } from '../../src/base/sql-error.ts';
import { type AllowedPlaces, checkPlace } from '../../src/repository/allowed-places.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('the place of a repository', () => {
  let folder: TemporaryFolder;
  const within = (...names: readonly string[]): string => path.join(folder.path, ...names);
  const check = async (location: string, folders: readonly string[] = []): Promise<void> => {
    const places: AllowedPlaces = {
      dataFolder: within('data'),
      folders: folders.map((name) => within(name)),
    };
    await checkPlace(location, places);
  };
  const url = (...names: readonly string[]): string => pathToFileURL(within(...names)).href;
  const refuses = async (location: string, text: RegExp, folders?: readonly string[]): Promise<void> =>
    assert.rejects(check(location, folders), (error) => {
      assert.ok(error instanceof SqlError, String(error));
      assert.match(error.message, text);
      return true;
    });

  before(async () => {
    folder = await temporaryFolder();
    await mkdir(within('data'));
    await mkdir(within('backups', 'deep'), { recursive: true });
    await symlink(within('data'), within('backups', 'to-data'));
    await symlink(within('elsewhere'), within('backups', 'to-nowhere'));
    await symlink(within('backups'), within('other-name'));
  });
  after(async () => folder[Symbol.asyncDispose]());

  const allowed = [
    { name: 'a folder beside the data folder', at: ['backups'] },
    { name: 'a folder that is not there yet', at: ['new', 'and', 'deep'] },
    { name: 'a folder whose name begins as the data folder’s', at: ['data2'] },
    { name: 'a folder with a blank and a percent sign', at: ['with blank %'] },
  ];
  for (const { name, at } of allowed) it(`may be ${name}`, async () => check(url(...at)));

  const shared = [
    { name: 'the data folder', at: ['data'] },
    { name: 'a folder in it', at: ['data', 'backups'] },
    { name: 'a folder in it whose name begins with two dots', at: ['data', '..backups'] },
    { name: 'the folder that holds it', at: [] },
    { name: 'a link to it', at: ['backups', 'to-data'] },
    { name: 'a folder behind a link to it', at: ['backups', 'to-data', 'new'] },
  ];
  for (const { name, at } of shared) {
    it(`cannot be ${name}`, async () => refuses(url(...at), /^a repository cannot share/));
  }

  const limited = [
    { name: 'an allowed folder', at: ['backups'], isAllowed: true },
    { name: 'a folder below an allowed one', at: ['backups', 'deep', 'new'], isAllowed: true },
    { name: 'an allowed folder by its other name', at: ['other-name', 'deep'], isAllowed: true },
    { name: 'a folder in it whose name begins with two dots', at: ['backups', '..x'], isAllowed: true },
    { name: 'a folder whose name begins as an allowed one’s', at: ['backups2'], isAllowed: false },
    { name: 'another folder', at: ['new'], isAllowed: false },
  ];
  for (const { name, at, isAllowed } of limited) {
    it(`${isAllowed ? 'may' : 'cannot'} be ${name} where the configuration lists folders`, async () => {
      if (isAllowed) await check(url(...at), ['elsewhere', 'backups']);
      else
        await refuses(url(...at), /^the configuration allows no repository in '/, ['elsewhere', 'backups']);
    });
  }

  it('cannot be outside of the listed folders by a link in one of them', async () => {
    await mkdir(within('elsewhere'));
    await refuses(url('backups', 'to-nowhere'), /allows no repository/, ['backups']);
  });

  it('may be any object store, whatever folders are listed', async () => {
    for (const location of ['s3a://bucket/data', 'hdfs://host:9000/data', 'gs://bucket/x']) {
      await check(location, ['backups']);
    }
  });

  it('cannot be at the end of a path that leads in circles', async () => {
    await symlink(within('circle'), within('circle'));
    await refuses(url('circle', 'x'), /cannot follow the path '.*circle.*'/);
  });

  it('is not looked for when the location is wrong', async () => {
    await refuses('file:///backups/../data', /^bad location/);
    await refuses('backups', /^bad location/);
  });
});
