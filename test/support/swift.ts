import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { answersHttp, freePorts } from './free-ports.ts';
import { Processes } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** Swift's own users are `account:user`, and so are its access keys. */
export const swiftKeys = { accessKey: 'backup:AKIATEST', secretKey: 'secret-of-the-tests' } as const;

/**
 * OpenStack Swift with its S3 interface: a store that speaks S3, knows no conditional writes, takes a removal of many
 * only with an MD5, and gives lists in pages of `swiftPage`.
 */
export type Swift = AsyncDisposable & Readonly<{ endpoint: string }>;

/** Small, so that few blobs cross a page: each costs Swift some twenty milliseconds. */
export const swiftPage = 20;

const servers = ['account', 'container', 'object'] as const;
/** Rings of 2^4 partitions, one replica, no wait between changes. */
const ringShape = ['4', '1', '0'];

/** Starts one on free ports of the loopback interface; disposing of it stops its processes and removes its files. */
export async function startSwift(): Promise<Swift> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const processes = starting.use(new Processes(folder.path));
  const [proxyPort = 0, cachePort = 0, ...storagePorts] = await freePorts(2 + servers.length);
  mkdirSync(path.join(folder.path, 'devices', 'disk'), { recursive: true });
  // As another user than root the switch is refused; nobody else has a use for it.
  const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  processes.start('memcached', ['-l', '127.0.0.1', '-p', String(cachePort), '-U', '0', ...asRoot]);
  await Promise.all(
    servers.map(async (server, at) => {
      const port = storagePorts[at] ?? 0;
      await makeRing(folder.path, server, port);
      startServer(processes, folder.path, server, storageConfiguration(folder.path, server, port));
    }),
  );
  startServer(processes, folder.path, 'proxy', proxyConfiguration(folder.path, proxyPort, cachePort));
  for (const port of [...storagePorts, proxyPort]) {
    await until(`port ${port} answers`, () => answersHttp(port));
  }
  const held = starting.move();
  return {
    endpoint: `http://127.0.0.1:${proxyPort}`,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Where the data of one kind of server lies: one disk, on one server. */
async function makeRing(folder: string, server: string, port: number): Promise<void> {
  const builder = path.join(folder, `${server}.builder`);
  const steps = [['create', ...ringShape], ['add', `r1z1-127.0.0.1:${port}/disk`, '1'], ['rebalance']];
  for (const words of steps) await run('swift-ring-builder', [builder, ...words], { timeout: 200_000 });
}

function startServer(processes: Processes, folder: string, server: string, configuration: string): void {
  const file = path.join(folder, `${server}-server.conf`);
  writeFileSync(file, configuration);
  processes.start(`swift-${server}-server`, [file, '--verbose']);
}

function commonConfiguration(folder: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${process.env['USER'] ?? 'root'}
swift_dir = ${folder}
devices = ${path.join(folder, 'devices')}
mount_check = false
disable_fallocate = true
log_level = ERROR
`;
}

function storageConfiguration(folder: string, server: string, port: number): string {
  return `${commonConfiguration(folder, port)}
[pipeline:main]
pipeline = ${server}-server
[app:${server}-server]
use = egg:swift#${server}
`;
}

/** `s3api` must stand right of `bulk`, and `listing_formats` left of it, else every list is answered with 500. */
const pipeline =
  'catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server';

function proxyConfiguration(folder: string, port: number, cachePort: number): string {
  const names = pipeline.split(' ').slice(0, -1);
  const filters = names.map((name) => filterConfiguration(name, cachePort));
  return `${commonConfiguration(folder, port)}
[pipeline:main]
pipeline = ${pipeline}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
${filters.join('')}`;
}

function filterConfiguration(name: string, cachePort: number): string {
  return `[filter:${name}]
use = egg:swift#${name === 'cache' ? 'memcache' : name}
${filterSettings(name, cachePort)}`;
}

function filterSettings(name: string, cachePort: number): string {
  switch (name) {
    case 'cache':
      return `memcache_servers = 127.0.0.1:${cachePort}\n`;
    case 's3api':
      return `s3_acl = false\nlocation = us-east-1\nmax_bucket_listing = ${swiftPage}\n`;
    case 'tempauth':
      return `user_${swiftKeys.accessKey.replace(':', '_')} = ${swiftKeys.secretKey} .admin\n`;
    case 'versioned_writes':
      return 'allow_versioned_writes = true\n';
    default:
      return '';
  }
}
