import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { circles } from './tidy/circles.ts';
import { imports } from './tidy/imports.ts';
import { layers } from './tidy/layers.ts';
import { untested } from './tidy/untested.ts';

const sources = globSync('src/**/*.ts')
  .filter((file) => !file.includes('/generated/'))
  .sort();

/** Where the embedded engine lies. */
const engineFolder = 'src/source/duckdb';

describe('the tree', () => {
  it('imports only what the table of folders allows', () => {
    const wrong = sources.flatMap((file) =>
      importedFolders(file)
        .filter((folder) => folder !== folderOf(file) && !allowed(folderOf(file)).includes(folder))
        .map((folder) => `${file} imports ${folder}/`),
    );
    assert.deepEqual(wrong, []);
  });

  it('has no file that comes to import itself', () => {
    assert.deepEqual(
      circles(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
      ['b → c → b'],
    );
    assert.deepEqual(circles(new Map(sources.map((file) => [file, importedFiles(file)]))), []);
  });

  it('imports within the embedded engine from the layers below only', () => {
    const wrong = sources
      .filter((file) => layerOf(file) !== undefined)
      .flatMap((file) => importedFiles(file).map((target) => ({ file, target })))
      .filter(({ file, target }) => Number(layerOf(target)) > Number(layerOf(file)))
      .map(({ file, target }) => `${file} imports ${target}`);
    assert.deepEqual(wrong, []);
  });

  it('says of each layer of the embedded engine what it is, in their order', () => {
    const readme = readFileSync(path.join(engineFolder, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/^\| `([\w-]+)\/`/gm)].map((match) => match[1]);
    assert.deepEqual([...named, ''], layers);
  });

  it('has a test file for each source file, or a reason why not', () => {
    const missing = sources.filter((file) => !existsSync(testOf(file)) && !reasonFor(file));
    assert.deepEqual(missing, []);
  });

  it('names no reason for a file that has a test or is gone', () => {
    const stale = Object.keys(untested).filter(
      (file) => file.endsWith('.ts') && (!existsSync(file) || existsSync(testOf(file))),
    );
    assert.deepEqual(stale, []);
  });

  it('has a README in each folder of src', () => {
    const folders = globSync('src/*/').filter((folder) => globSync(`${folder}/**/*.ts`).length > 0);
    const missing = folders.filter((folder) => !existsSync(path.join(folder, 'README.md')));
    assert.deepEqual(missing, []);
  });

  it('names no package registry and no path of a developer’s machine', () => {
    const files = globSync('{src,test,bench,docs,docker,grammar}/**/*.{ts,js,py,md,yaml,json,peggy}', {
      exclude: ['**/node_modules/**'],
    });
    const banned = /registry\.npmjs|pypi\.org|repo1\.maven|\/work\/(main|shared)/;
    const wrong = [...files, 'README.md', 'package.json', 'package-lock.json', 'CHANGELOG.md']
      .filter((file) => existsSync(file) && file !== 'test/tidy.test.ts')
      .filter((file) => banned.test(readFileSync(file, 'utf8')));
    assert.deepEqual(wrong, []);
  });
});

function folderOf(file: string): string {
  const parts = file.split(path.sep);
  return parts.length > 2 ? (parts[1] as string) : path.basename(file, '.ts');
}

/** Which of the layers a file of the embedded engine lies in; undefined for all other files. */
function layerOf(file: string): number | undefined {
  if (!file.startsWith(`${engineFolder}/`)) return undefined;
  const [folder = '', inner] = path.relative(engineFolder, file).split(path.sep);
  const layer = layers.indexOf(inner === undefined ? '' : folder);
  assert.ok(layer >= 0, `no row for ${folder}/ in test/tidy/layers.ts`);
  return layer;
}

function importedFolders(file: string): readonly string[] {
  return importedFiles(file).map((target) => folderOf(target));
}

function importedFiles(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const relative = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] as string);
  return relative.map((target) => path.relative('.', path.resolve(path.dirname(file), target)));
}

function allowed(folder: string): readonly string[] {
  const row = imports[folder];
  assert.ok(row, `no row for ${folder}/ in test/tidy/imports.ts`);
  return row;
}

function testOf(file: string): string {
  return file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts');
}

function reasonFor(file: string): boolean {
  if (untested[file] !== undefined) return true;
  return Object.keys(untested).some((key) => key.endsWith('/') && file.startsWith(key));
}
