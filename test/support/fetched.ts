import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** What is fetched once for the tests. It outlives a fresh install of the project. */
export const fetchedFolder: string = path.join(homedir(), '.cache', 'holdfast');

const fetchTimeoutMs = 600_000;

/** A place that changes with what the list of packages says, so that another one is fetched anew. */
export function placeOf(name: string, list: string): string {
  const digest = createHash('sha256').update(readFileSync(list)).digest('hex');
  return path.join(fetchedFolder, `${name}-${digest.slice(0, 12)}`);
}

/** Fetches the dependencies of a Maven project as jars. False when there is no Maven or it cannot. */
export function fetchJars(project: string, place: string): boolean {
  return fetchInto(place, (folder) =>
    runs('mvn', ['-q', '-B', '-f', project, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
  );
}

/** Makes a Python environment of a list of requirements. False when there is no Python or it cannot. */
export function fetchPython(requirements: string, place: string): boolean {
  // The programs of an environment name their own folder: it cannot be made elsewhere and moved.
  mkdirSync(fetchedFolder, { recursive: true });
  const python = ['/usr/bin/python3', 'python3'].find((name) => runs(name, ['-m', 'venv', place]));
  if (python === undefined) return false;
  const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements];
  if (runs(path.join(place, 'bin', 'python'), install)) return true;
  rmSync(place, { recursive: true, force: true });
  return false;
}

/** Installs what the lock file of a folder with a package of npm names. False when it cannot. */
export function fetchNodePackages(folder: string): boolean {
  return runs('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts']);
}

function fetchInto(place: string, fetch: (folder: string) => boolean): boolean {
  mkdirSync(fetchedFolder, { recursive: true });
  const partial = mkdtempSync(path.join(fetchedFolder, 'fetching-'));
  const isFetched = fetch(partial);
  if (isFetched) renameSync(partial, place);
  else rmSync(partial, { recursive: true, force: true });
  return isFetched;
}

function runs(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'inherit', timeout: fetchTimeoutMs }).status === 0;
}
