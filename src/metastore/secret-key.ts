import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, reasonOf } from '../base/system-error.ts';
import type { Secret } from '../base/secret.ts';
import { present } from '../base/assert.ts';
import { keyBytes, type Secrets, SecretsError, secretsWithKeys } from './secrets.ts';

/**
 * Opens the keys that seal credentials: those from the configuration (64 hexadecimal digits each, with commas between), else
 * those in `<dataFolder>/secret.key`, one in a line, which is made with mode 0600 when it is not there. The first one
 * seals, the others open what they have sealed before. Throws SecretsError `key_file`, in particular when others than the
 * owner may read the file.
 */
export function openSecrets(dataFolder: string, configuredKey: Secret | undefined): Secrets {
  if (configuredKey !== undefined) return secretsOf(configuredKey.reveal(), 'the configuration');
  const path = keyFileOf(dataFolder);
  return secretsOf(readKeyFile(path) ?? makeKeyFile(path), `'${path}'`);
}

/** How many keys there are. */
export function countKeys(dataFolder: string, configuredKey: Secret | undefined): number {
  const path = keyFileOf(dataFolder);
  const text = configuredKey?.reveal() ?? readKeyFile(path) ?? makeKeyFile(path);
  return keysOf(text, `'${path}'`).length;
}

/** Puts a new key before the others of the file: from now on it seals, and all of them open. On disk when it returns. */
export function addKey(dataFolder: string): void {
  const path = keyFileOf(dataFolder);
  const kept = readKeyFile(path) ?? makeKeyFile(path);
  keysOf(kept, `'${path}'`);
  replaceKeyFile(path, newKey() + kept);
}

/** Leaves the key that seals, and no other, in the file. On disk when it returns. */
export function forgetOldKeys(dataFolder: string): void {
  const path = keyFileOf(dataFolder);
  const [first] = keysOf(readKeyFile(path) ?? makeKeyFile(path), `'${path}'`);
  replaceKeyFile(path, `${Buffer.from(first).toString('hex')}\n`);
}

function keyFileOf(dataFolder: string): string {
  return join(dataFolder, 'secret.key');
}

function secretsOf(text: string, origin: string): Secrets {
  return secretsWithKeys(keysOf(text, origin), origin);
}

function keysOf(text: string, origin: string): readonly [Uint8Array, ...Uint8Array[]] {
  const [first, ...others] = text
    .trim()
    .split(/[\s,]+/)
    .map((digits) => keyOf(digits, origin));
  return [present(first, 'the first piece of a text'), ...others];
}

function keyOf(digits: string, origin: string): Uint8Array {
  if (/^[0-9a-fA-F]*$/.test(digits) && digits.length === keyBytes * 2) return Buffer.from(digits, 'hex');
  throw new SecretsError('key_file', `the key from ${origin} must be ${keyBytes * 2} hexadecimal digits`);
}

function newKey(): string {
  return `${randomBytes(keyBytes).toString('hex')}\n`;
}

/** The file has the old text or the new one, whenever the process or the power ends. */
function replaceKeyFile(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeDurably(partial, text);
    renameSync(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw new SecretsError('key_file', `cannot replace key file '${path}'`, error);
  }
}

/** Undefined for a missing file. */
function readKeyFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new SecretsError('key_file', `cannot read key file '${path}': ${reasonOf(error)}`, error);
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
  const text = newKey();
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
