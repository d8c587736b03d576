#!/usr/bin/env -S node --max-semi-space-size=4
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import type { Command } from './config/load.ts';
import type { HoldfastServer } from './server.ts';
import { beginStart, endStart } from './start-up.ts';

// All other modules are imported where they are needed: what is imported above is compiled before the cache is there.

/** Exit codes: 0 done, 1 failed, 2 the command line or the configuration is wrong. */
const failed = 1;
const misused = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  beginStart();
  const command = await readCommand();
  if (command === undefined) return misused;
  try {
    return await run(command);
  } catch (error) {
    console.error(`holdfast: ${error instanceof Error ? error.message : String(error)}`);
    return failed;
  }
}

async function readCommand(): Promise<Command | undefined> {
  const { parseArguments } = await import('./config/load.ts');
  const { ConfigError } = await import('./config/config-error.ts');
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return undefined;
  }
}

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      console.log(command.text);
      return 0;
    case 'version': {
      const { productVersion } = await import('./version.ts');
      console.log(`holdfast ${productVersion}`);
      return 0;
    }
    case 'serve':
      return serve(command.config);
    case 'demo':
      return demo(command.config, command.exit);
    case 'doctor': {
      const { runDoctor } = await import('./doctor/doctor.ts');
      return runDoctor(command.config, print);
    }
    case 'support_bundle': {
      const { writeSupportBundle } = await import('./doctor/support-bundle.ts');
      return writeSupportBundle(command.config, command.file, print);
    }
    case 'keys': {
      const { runKeys } = await import('./keys-command.ts');
      return runKeys(command.config, command.action, { print, log: await openLog(command.config) });
    }
    case 'metastore':
      return metastore(command.arguments);
  }
}

/** Kylin's metastore.sh. Exit code 3: a safety rule says no. */
async function metastore(argv: readonly string[]): Promise<number> {
  const { readMetastoreArguments } = await import('./metastore-arguments.ts');
  const { ConfigError } = await import('./config/config-error.ts');
  try {
    const request = readMetastoreArguments(argv, process.cwd());
    const { runMetastore } = await import('./metastore-command.ts');
    return await runMetastore(request, { print, complain, log: await openLog(request.config) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return misused;
  }
}

async function serve(config: Config): Promise<number> {
  const server = await start(config);
  const isWildcard = server.host === '0.0.0.0' || server.host === '::';
  console.log(`connect with: mysql -h ${isWildcard ? '127.0.0.1' : server.host} -P ${server.port} -u root`);
  await stopSignal();
  await server.stop();
  return 0;
}

/**
 * Runs the demo on a server of its own, then leaves it running for the user unless `exit`. Its folder is gone
 * afterwards, also when a signal ends it early.
 */
async function demo(config: Config, exit: boolean): Promise<number> {
  const { demoConfig, demoFolder } = await import('./demo/folder.ts');
  const { runDemo } = await import('./demo/demo.ts');
  await using folder = await demoFolder();
  const server = await start(demoConfig(config, folder.path));
  const stopped = stopSignal();
  try {
    const { host, port } = server;
    const password = config.rootPassword;
    const told = runDemo({ host, port, password, folder: folder.path, print });
    const isEqual = await Promise.race([told, stopped.then(() => undefined)]);
    if (isEqual !== undefined && !exit) {
      console.log(`\nThe server stays up: mysql -h ${host} -P ${port} -u root    (Ctrl-C ends it)`);
      await stopped;
    }
    return isEqual === true ? 0 : failed;
  } finally {
    await server.stop();
  }
}

function complain(text: string): void {
  console.error(text);
}

function print(text: string): void {
  console.log(text);
}

async function start(config: Config): Promise<HoldfastServer> {
  const { startServer } = await import('./server.ts');
  const log = await openLog(config);
  const { keepMemoryOutOfCores } = await import('./core-files.ts');
  keepMemoryOutOfCores(log);
  const server = await startServer(config, log);
  endStart();
  if (server.monitor) console.log(`holdfast metrics on ${server.monitor.host}:${server.monitor.port}`);
  console.log(`holdfast ready on ${server.host}:${server.port}`);
  return server;
}

async function openLog(config: Config): Promise<Log> {
  const { jsonLog } = await import('./base/log.ts');
  let stream: Writable = process.stderr;
  if (config.logFile !== undefined) {
    const file = createWriteStream(config.logFile, { flags: 'a' });
    await once(file, 'open');
    // A full disk does not stop the server: what follows goes to standard error.
    file.on('error', (error) => {
      console.error(`holdfast: cannot write the log: ${error.message}`);
      stream = process.stderr;
    });
    stream = file;
  }
  return jsonLog(
    config.logLevel,
    (line) => stream.write(line),
    () => Date.now(),
  );
}

/** Resolves with the first SIGTERM or SIGINT; a second one ends the process at once. */
async function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      resolve();
      process.once(name, () => process.exit(failed));
    });
  }
  // A pending promise alone does not keep node running; the listening socket does.
  await promise;
}
