import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { sharedKeyAuthorization } from '../../src/repository/adapters/azure/shared-key.ts';
import { answersHttp, freePorts } from './free-ports.ts';
import { Processes } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

const version = '3.37.0';
/** Outlives a fresh install. 145 MB that nobody needs but these tests: so it is none of the project's own packages. */
const cache: string = path.join(homedir(), '.cache', 'holdfast');
const home: string = path.join(cache, `azurite-${version}`);
const program: string = path.join(home, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');

/** Whom Azurite knows: it is the same everywhere, and printed in Microsoft's documents. */
export const azuriteAccount = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

/** Microsoft's emulator of Blob Storage, which checks signatures. `endpoint` is that of the account. */
export type Azurite = AsyncDisposable &
  Readonly<{
    port: number;
    endpoint: string;
    createContainer: (name: string) => Promise<void>;
    /** Names of all blobs, those with blocks alone too. */
    names: (container: string) => Promise<readonly string[]>;
  }>;

export function findAzurite(): string | undefined {
  return existsSync(program) ? program : undefined;
}

/** Fetches it with npm. False when npm cannot. */
export function fetchAzurite(): boolean {
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(path.join(cache, 'fetching-'));
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', partial];
  const run = spawnSync('npm', [...words, `azurite@${version}`], { stdio: 'inherit', timeout: 600_000 });
  if (run.status === 0) renameSync(partial, home);
  else rmSync(partial, { recursive: true, force: true });
  return run.status === 0;
}

/** Starts one on a free port of the loopback interface; disposing of it stops it and removes its files. */
export async function startAzurite(): Promise<Azurite> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const processes = starting.use(new Processes(folder.path));
  const [port = 0] = await freePorts(1);
  const words = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder.path];
  processes.start(process.execPath, [program, ...words, '--silent', '--disableTelemetry'], 'azurite');
  await until(`port ${port} answers`, () => answersHttp(port));
  const held = starting.move();
  return {
    port,
    endpoint: endpointAt(`http://127.0.0.1:${port}`),
    createContainer: async (name) => void (await ask(port, 'PUT', `${name}?restype=container`)),
    names: async (container) => {
      const target = `${container}?restype=container&comp=list&include=uncommittedblobs`;
      const text = await ask(port, 'GET', target);
      return [...text.matchAll(/<Name>([^<]*)</g)].map((match) => match[1] ?? '');
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Of the account, for a server or a proxy before it at `origin`: a server without a name of its own has it in the path. */
export function endpointAt(origin: string): string {
  return `${origin}/${azuriteAccount.account}`;
}

/** A shared access signature of the account for an hour: "Create an account SAS" of Microsoft's REST reference. */
export function accountSas(permissions: string, lifeMs: number = 3_600_000): string {
  const expiry = `${new Date(Date.now() + lifeMs).toISOString().slice(0, 19)}Z`;
  const fields = {
    sp: permissions,
    ss: 'b',
    srt: 'co',
    st: '',
    se: expiry,
    sip: '',
    spr: '',
    sv: '2020-08-04',
  };
  const text = [azuriteAccount.account, ...Object.values(fields), ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(azuriteAccount.key, 'base64')).update(text).digest('base64');
  const given = Object.entries({ ...fields, sig }).filter(([, value]) => value !== '');
  return new URLSearchParams(given).toString();
}

async function ask(port: number, method: string, target: string): Promise<string> {
  const url = new URL(`${endpointAt(`http://127.0.0.1:${port}`)}/${target}`);
  const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2021-12-02' };
  const authorization = sharedKeyAuthorization({ method, url, headers }, azuriteAccount);
  const answer = await fetch(url, { method, headers: { ...headers, authorization } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Azurite answered ${answer.status}: ${text}`);
  return text;
}
