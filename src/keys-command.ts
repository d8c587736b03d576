import path from 'node:path';
import { systemClock } from './base/clock.ts';
import { failpoint } from './base/failpoint.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import type { KeysAction } from './config/load.ts';
import type { KeyedNode } from './metastore/node.ts';
import { openMetastore } from './metastore/open-metastore.ts';
import type { OpenSharedNodeOptions } from './metastore/open-shared-node.ts';
import { soleOwnership } from './metastore/ownership.ts';
import { resealAll, sealedWithOldKeys } from './metastore/reseal.ts';
import { addKey, countKeys, forgetOldKeys, openSecrets } from './metastore/secret-key.ts';
import { productVersion } from './version.ts';

export type KeysOutput = Readonly<{ print: (text: string) => void; log: Log }>;

/** In the audit log. */
const operator = 'keys rotate';

/**
 * Seals stored credentials with a new key, or forgets the old ones. The server must not run: its data folder is locked;
 * nor may any of those that share its metastore. Killed at any point, it leaves a metastore of which every credential can be read,
 * and can be run again. Gives the exit code. Throws MetastoreError, SecretsError, and an Error with what to do first.
 */
export async function runKeys(config: Config, action: KeysAction, output: KeysOutput): Promise<number> {
  await using held = await hold(config, output.log);
  return action === 'rotate' ? await rotate(config, held, output) : await forget(config, held, output);
}

/** The metastore, which nobody else has now. */
type Held = AsyncDisposable &
  Pick<KeyedNode, 'metastore' | 'ownership' | 'requireKey'> & { readonly isShared: boolean };

async function hold(config: Config, log: Log): Promise<Held> {
  const { data: dataFolder, auditRowsMax, metastore: url } = config;
  const basics = { dataFolder, auditRowsMax, instance: operator, clock: systemClock, log };
  if (url !== undefined) return holdShared(config, { ...basics, url });
  const metastore = await openMetastore(basics);
  return {
    metastore,
    ownership: soleOwnership,
    isShared: false,
    requireKey: async () => undefined,
    [Symbol.asyncDispose]: () => metastore[Symbol.asyncDispose](),
  };
}

type SharedBasics = Pick<
  OpenSharedNodeOptions,
  'url' | 'dataFolder' | 'auditRowsMax' | 'instance' | 'clock' | 'log'
>;

/** Joins as this folder's node: nothing that its server would do is done. */
async function holdShared(config: Config, basics: SharedBasics): Promise<Held> {
  const { openSharedNode } = await import('./metastore/open-shared-node.ts');
  await using opening = new AsyncDisposableStack();
  const node = opening.use(
    await openSharedNode({
      ...basics,
      node: config.nodeId,
      address: () => operator,
      httpPort: 0,
      role: 'all',
      group: config.nodeGroup,
      groupOf: () => '',
      version: productVersion,
      secretKey: config.secretKey,
      heartbeatMs: config.nodeHeartbeatMs,
      timeoutMs: config.nodeTimeoutMs,
      isHome: () => false,
      random: Math.random,
      elapsedMs: () => performance.now(),
    }),
  );
  await requireAlone(node, config);
  const held = opening.move();
  return {
    metastore: node.metastore,
    ownership: node.ownership,
    isShared: true,
    requireKey: (secrets) => node.requireKey(secrets),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A node that runs holds the keys in memory, and would go on sealing with the old one. */
async function requireAlone(node: KeyedNode, { nodeId, nodeTimeoutMs }: Config): Promise<void> {
  const nodes = await node.nodes(new AbortController().signal);
  const others = nodes.filter((each) => each.isAlive && each.node !== nodeId);
  if (others.length === 0) return;
  const names = others.map(({ node: name, address }) => `'${name}' at ${address}`).join(', ');
  throw new Error(
    `the metastore is in use by ${names}: stop all nodes before their key is changed (one that was killed counts as ` +
      `running for ${Math.ceil(nodeTimeoutMs / 1_000)} seconds)`,
  );
}

async function rotate(config: Config, held: Held, { print }: KeysOutput): Promise<number> {
  const { data, secretKey } = config;
  const before = openSecrets(data, secretKey);
  const isBegun = sealedWithOldKeys(held.metastore, before).length > 0;
  // What was begun is finished with the key that it was begun with.
  if (secretKey === undefined && !isBegun) addKey(data);
  failpoint('keys.written');
  const secrets = openSecrets(data, secretKey);
  // Before the first credential: a node without the new key is refused rather than unable to use some of them.
  await held.requireKey(secrets);
  failpoint('keys.required');
  const { count, unreadable, elsewhere } = await resealAll(held, secrets, operator);
  failpoint('keys.resealed');
  print(`${count} credentials are sealed with ${isBegun ? 'the key that seals now' : 'a new key'}.`);
  for (const key of unreadable) print(`None of the keys opens a credential of ${key}: it is left as it was.`);
  for (const key of elsewhere) print(`${key} belongs to another node: run holdfast keys rotate there, too.`);
  if (held.isShared) print(`Give all nodes the same keys before they are started: ${keysOf(config)}.`);
  const older = countKeys(data, secretKey) - 1;
  if (older > 0) {
    print(`${older} older keys are kept: backups of the metadata made before are sealed with them.`);
    print('holdfast keys forget removes them.');
  }
  return unreadable.length === 0 && elsewhere.length === 0 ? 0 : 1;
}

function keysOf({ data, secretKey }: Config): string {
  return secretKey === undefined
    ? `copy ${path.join(data, 'secret.key')} into their data folders`
    : 'set secret_key as it is here';
}

async function forget(config: Config, held: Held, { print }: KeysOutput): Promise<number> {
  const { data, secretKey } = config;
  if (secretKey !== undefined) {
    throw new Error('the keys are in the configuration: take the older ones out of secret_key there');
  }
  const old = sealedWithOldKeys(held.metastore, openSecrets(data, secretKey));
  if (old.length > 0) {
    throw new Error(`an older key is needed for ${old.join(', ')}: run holdfast keys rotate first`);
  }
  const older = countKeys(data, secretKey) - 1;
  await held.requireKey(openSecrets(data, secretKey));
  forgetOldKeys(data);
  print(`${older} older keys are forgotten.`);
  return 0;
}
