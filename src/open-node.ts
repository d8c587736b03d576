import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { internalCatalog } from './catalog/external/external-catalogs.ts';
import { groupReader } from './catalog/external/node-group.ts';
import type { Config } from './config/config.ts';
import { formatAddress } from './config/option.ts';
import { requireKeyFile } from './data-folder.ts';
import { projectOf } from './metastore/key.ts';
import { type Node, type SharedNodeOptions, soleNode } from './metastore/node.ts';
import { openMetastore } from './metastore/open-metastore.ts';
import { openSecrets } from './metastore/secret-key.ts';
import type { StoreParts } from './repository/open-store.ts';
import { productVersion } from './version.ts';

type NodeBasics = Readonly<{
  clock: Clock;
  log: Log;
  openAdapter: StoreParts['openAdapter'];
  /** Where the monitor answers. */
  httpPort?: number;
}>;

/** The embedded metastore, or a node of those that share one. What only the latter needs is loaded for it alone. `opening` closes it. */
export async function openNode(
  config: Config,
  basics: NodeBasics,
  opening: AsyncDisposableStack,
): Promise<Node> {
  const instance = `${config.nodeId}:${config.listen.port}`;
  if (config.secretKey === undefined) requireKeyFile(config.data);
  const { data: dataFolder, auditRowsMax, metastore: url } = config;
  const self = {
    ...basics,
    node: config.nodeId,
    address: () => formatAddress(config.listen),
    httpPort: basics.httpPort ?? 0,
    role: config.role,
    group: config.nodeGroup,
    groupOf: groupReader((sealed) => openSecrets(dataFolder, config.secretKey).open(sealed).reveal()),
    version: productVersion,
  };
  if (url === undefined) {
    const metastore = await openMetastore({ dataFolder, instance, auditRowsMax, ...basics });
    return soleNode(opening.use(metastore), self);
  }
  const { openSharedNode } = await import('./metastore/open-shared-node.ts');
  const options = {
    ...self,
    url,
    dataFolder,
    instance,
    auditRowsMax,
    secretKey: config.secretKey,
    heartbeatMs: config.nodeHeartbeatMs,
    timeoutMs: config.nodeTimeoutMs,
    isHome: (project: string) => project.startsWith(projectOf(internalCatalog, '')),
    random: Math.random,
    elapsedMs: () => performance.now(),
    ...(await queryStart(config, basics)),
  };
  return opening.use(await openSharedNode(options));
}

/** Only a query node starts from a backup: the others need what is in the store, to write on. */
async function queryStart(config: Config, basics: NodeBasics): Promise<Pick<SharedNodeOptions, 'startFrom'>> {
  if (config.role !== 'query') return {};
  const { startOfQueryNode } = await import('./query-start.ts');
  return { startFrom: startOfQueryNode(config, basics) };
}
