import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** What is fetched once for the tests. It outlives a fresh install of the project. */
export const fetchedFolder: string = path.join(homedir(), '.cache', 'holdfast');

const fetchTimeoutMs = 600_000;

/** A place that changes with what the lists of packages, or the sources, say, so that another one is fetched anew. */
export function placeOf(name: string, ...lists: readonly string[]): string {
  const hash = createHash('sha256');
  for (const list of lists) hash.update(readFileSync(list));
  return path.join(fetchedFolder, `${name}-${hash.digest('hex').slice(0, 12)}`);
}

/** Fetches the dependencies of a Maven project as jars. False when there is no Maven or it cannot. */
export function fetchJars(project: string, place: string): boolean {
  return fetchInto(place, (folder) =>
    runs('mvn', ['-q', '-B', '-f', project, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
  );
}

/** Makes a Python environment of a list of requirements. False when there is no Python or it cannot. */
export async function makePython(requirements: string, place: string): Promise<boolean> {
  // The programs of an environment name their own folder: it cannot be made elsewhere and moved.
  mkdirSync(fetchedFolder, { recursive: true });
  const python = ['/usr/bin/python3', 'python3'].find((name) => runs(name, ['-m', 'venv', place]));
  if (python === undefined) return false;
  const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements];
  const isMade = await ends(path.join(place, 'bin', 'python'), install);
  if (!isMade) rmSync(place, { recursive: true, force: true });
  return isMade;
}

/** Installs what the lock file of a folder with a package of npm names. False when it cannot. */
export function fetchNodePackages(folder: string): boolean {
  return runs('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts']);
}

type Compiling = Readonly<{ words: readonly string[]; environment: NodeJS.ProcessEnv; made: string }>;

/**
 * Compiles a program, whose packages the compiler fetches, and keeps it at `place`. `plan` says what the compiler is told for a
 * folder to work in, and which file in it is the program. False when it cannot.
 */
export async function compile(
  compiler: string,
  place: string,
  plan: (folder: string) => Compiling,
): Promise<boolean> {
  mkdirSync(fetchedFolder, { recursive: true });
  const folder = mkdtempSync(path.join(fetchedFolder, 'compiling-'));
  try {
    const { words, environment, made } = plan(folder);
    const program = path.join(folder, made);
    const isMade = (await ends(compiler, words, environment)) && existsSync(program);
    if (isMade) renameSync(program, place);
    return isMade;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether it ends well. The process that started it may do something else meanwhile. */
async function ends(
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const env = { ...process.env, ...environment };
  const child = spawn(program, words, { stdio: 'inherit', env, timeout: fetchTimeoutMs });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
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
