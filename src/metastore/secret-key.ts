import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Secret } from '../base/secret.ts';
import { keyBytes, type Secrets, SecretsError, secretsWithKey } from './secrets.ts';

/**
 * Opens the key that seals credentials: the one from the configuration (64 hexadecimal digits), else
 * `<dataFolder>/secret.key`, which is made with mode 0600 when it is not there. Throws SecretsError `key_file`, in
 * particular when others than the owner may read the file.
 */
export function openSecrets(dataFolder: string, configuredKey: Secret | undefined): Secrets {
  if (configuredKey !== undefined) return secretsOf(configuredKey.reveal(), 'the configuration');
  const path = join(dataFolder, 'secret.key');
  return secretsOf(readKeyFile(path) ?? makeKeyFile(path), `'${path}'`);
}

function secretsOf(text: string, origin: string): Secrets {
  const digits = text.trim();
  if (!/^[0-9a-fA-F]*$/.test(digits) || digits.length !== keyBytes * 2) {
    throw new SecretsError('key_file', `the key from ${origin} must be ${keyBytes * 2} hexadecimal digits`);
  }
  return secretsWithKey(Buffer.from(digits, 'hex'), origin);
}

/** Undefined for a missing file. */
function readKeyFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SecretsError('key_file', `cannot read key file '${path}'`, error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new SecretsError('key_file', `key file '${path}' is not a file`);
    checkMode(path, stat.mode);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function checkMode(path: string, mode: number): void {
  // Windows has no such bits: node:fs reports every file as readable by all.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  throw new SecretsError(
    'key_file',
    `key file '${path}' has mode ${octal}, so that others can use it: run chmod 600 on it, and change ` +
      'the credentials that were stored if somebody may have read it',
  );
}

/** Written aside and linked, so that a crash leaves no half key, and of two servers that start one makes it. */
function makeKeyFile(path: string): string {
  const text = `${randomBytes(keyBytes).toString('hex')}\n`;
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeDurably(partial, text);
    try {
      linkSync(partial, path);
    } finally {
      unlinkSync(partial);
    }
    syncFolder(dirname(path));
    return text;
  } catch (error) {
    throw new SecretsError('key_file', `cannot make key file '${path}'`, error);
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the new name last: a key that is lost with the power takes every credential with it. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
