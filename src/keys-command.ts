import { systemClock } from './base/clock.ts';
import { failpoint } from './base/failpoint.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import type { KeysAction } from './config/load.ts';
import type { Metastore } from './metastore/metastore.ts';
import { openMetastore } from './metastore/open-metastore.ts';
import { resealAll, sealedWithOldKeys } from './metastore/reseal.ts';
import { addKey, countKeys, forgetOldKeys, openSecrets } from './metastore/secret-key.ts';

export type KeysOutput = Readonly<{ print: (text: string) => void; log: Log }>;

/** In the audit log. */
const operator = 'keys rotate';

/**
 * Seals stored credentials with a new key, or forgets the old ones. The server must not run: its data folder is locked.
 * Killed at any point, it leaves a metastore of which every credential can be read, and can be run again. Gives the exit
 * code. Throws MetastoreError, SecretsError.
 */
export async function runKeys(config: Config, action: KeysAction, output: KeysOutput): Promise<number> {
  if (config.metastore !== undefined) throw notShared();
  await using metastore = await openMetastore({
    dataFolder: config.data,
    instance: operator,
    auditRowsMax: config.auditRowsMax,
    clock: systemClock,
    log: output.log,
  });
  return action === 'rotate'
    ? await rotate(config, metastore, output)
    : await forget(config, metastore, output);
}

async function rotate(config: Config, metastore: Metastore, { print }: KeysOutput): Promise<number> {
  const { data, secretKey } = config;
  const before = openSecrets(data, secretKey);
  const isBegun = sealedWithOldKeys(metastore, before).length > 0;
  // What was begun is finished with the key that it was begun with.
  if (secretKey === undefined && !isBegun) addKey(data);
  failpoint('keys.written');
  const { count, unreadable } = await resealAll(metastore, openSecrets(data, secretKey), operator);
  failpoint('keys.resealed');
  print(`${count} credentials are sealed with ${isBegun ? 'the key that seals now' : 'a new key'}.`);
  for (const key of unreadable) print(`None of the keys opens a credential of ${key}: it is left as it was.`);
  const older = countKeys(data, secretKey) - 1;
  if (older > 0) {
    print(`${older} older keys are kept: backups of the metadata made before are sealed with them.`);
    print('holdfast keys forget removes them.');
  }
  return unreadable.length === 0 ? 0 : 1;
}

async function forget(config: Config, metastore: Metastore, { print }: KeysOutput): Promise<number> {
  const { data, secretKey } = config;
  if (secretKey !== undefined) {
    throw new Error('the keys are in the configuration: take the older ones out of secret_key there');
  }
  const old = sealedWithOldKeys(metastore, openSecrets(data, secretKey));
  if (old.length > 0) {
    throw new Error(`an older key is needed for ${old.join(', ')}: run holdfast keys rotate first`);
  }
  const older = countKeys(data, secretKey) - 1;
  forgetOldKeys(data);
  print(`${older} older keys are forgotten.`);
  return 0;
}

function notShared(): Error {
  return new Error(
    'keys of a metastore that nodes share cannot be rotated by this command: all nodes must have the same key at all times',
  );
}
