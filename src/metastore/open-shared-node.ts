import type { Secret } from '../base/secret.ts';
import { lockFolder } from './folder-lock.ts';
import { readMysqlUrl } from './mysql/options.ts';
import { openMysqlStore } from './mysql/store.ts';
import { joinNodes, type KeyedNode, type SharedNodeOptions } from './node.ts';
import { folderId } from './node-folder.ts';
import { makeDataFolder } from './open-metastore.ts';
import { openSecrets } from './secret-key.ts';

export type OpenSharedNodeOptions = Omit<SharedNodeOptions, 'folder' | 'secrets'> &
  Readonly<{
    /** `mysql://user:password@host:port/database`. */
    url: Secret;
    /** The embedded engine, the staging area and, unless it is configured, the key of this node are in it. */
    dataFolder: string;
    secretKey: Secret | undefined;
    auditRowsMax: number;
  }>;

/** Half the time of a lease, but no longer than this: who takes over waits for the locks of whoever stands still. */
const idleSecondsLimit = 10;

/**
 * Joins the nodes that share a metastore in MySQL or MariaDB. Throws MetastoreError (`locked` when another server has the
 * data folder or the name of this node), SecretsError.
 */
export async function openSharedNode(options: OpenSharedNodeOptions): Promise<KeyedNode> {
  const { url, dataFolder, secretKey, auditRowsMax, clock } = options;
  const storeOptions = readMysqlUrl(url);
  makeDataFolder(dataFolder);
  await using opening = new AsyncDisposableStack();
  opening.use(lockFolder(dataFolder));
  const secrets = openSecrets(dataFolder, secretKey);
  const folder = folderId(dataFolder);
  const idleSecondsMax = Math.min(Math.max(1, Math.floor(options.timeoutMs / 2_000)), idleSecondsLimit);
  const store = await openMysqlStore(storeOptions, { auditRowsMax, now: clock.now(), idleSecondsMax });
  const node = opening.use(await joinNodes(store, { ...options, folder, secrets }));
  const held = opening.move();
  return {
    metastore: node.metastore,
    ownership: node.ownership,
    metastoreId: node.metastoreId,
    nodes: (signal) => node.nodes(signal),
    leases: (signal) => node.leases(signal),
    groupOf: (project) => node.groupOf(project),
    ask: (project, body, signal) => node.ask(project, body, signal),
    answerWith: (answerer) => node.answerWith(answerer),
    catchUp: () => node.catchUp(),
    requireKey: (keys) => node.requireKey(keys),
    leave: () => node.leave(),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
