import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../config/config.ts';

/** A folder for one demo: the data folder and the repository live beside each other in it. */
export async function demoFolder(): Promise<Readonly<{ path: string }> & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-demo-'));
  return { path: folder, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }) };
}

/**
 * The given configuration with the demo's own data folder, so that nothing of the user's is touched, and without
 * what would keep the demo from its repository or its plain connection.
 */
export function demoConfig(config: Config, folder: string): Config {
  const open = { allowedFilePaths: [], requireSecureTransport: false };
  return { ...config, ...open, data: path.join(folder, 'data'), logLevel: 'warn' };
}
