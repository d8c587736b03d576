import { type Cell, textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import { globalProject } from '../../metastore/key.ts';
import type { Lease, NodeState } from '../../metastore/shared-store.ts';
import type { Table } from '../answer.ts';

const frontendNames = [
  'Name',
  'IP',
  'EditLogPort',
  'HttpPort',
  'QueryPort',
  'RpcPort',
  'Role',
  'ClusterId',
  'Join',
  'Alive',
  'ReplayedJournalId',
  'LastHeartbeat',
  'IsHelper',
  'ErrMsg',
  'StartTime',
  'Version',
  'NodeGroup',
];

/**
 * SHOW FRONTENDS in StarRocks' columns. The owner of what belongs to no database is the LEADER, other nodes that run
 * jobs are FOLLOWERs, query nodes OBSERVERs; ports that we do not have are 0. NodeGroup is ours.
 */
export function frontendTable(
  nodes: readonly NodeState[],
  leases: readonly Lease[],
  metastoreId: string | undefined,
): Table {
  const leader = leases.find(({ project, leftMs }) => project === globalProject && leftMs > 0)?.owner;
  const rows = nodes.map((node): Cell[] => {
    const { host, port } = placeOf(node.address);
    const role = node.node === leader ? 'LEADER' : node.role === 'query' ? 'OBSERVER' : 'FOLLOWER';
    const life = [String(node.isAlive), String(node.auditId), timeText(node.seenAt)];
    const ports = ['0', String(node.httpPort), port, '0'];
    const names = [node.node, host, ...ports, role, metastoreId ?? '', 'true'];
    const error = node.isAlive ? '' : 'no sign of life within its timeout';
    return [...names, ...life, 'false', error, timeText(node.startedAt), node.version, node.group];
  });
  return { columns: frontendNames.map((name) => textColumn(name, 64)), rows };
}

const epochNames = ['Project', 'Epoch', 'Owner', 'TakenAt', 'ExpiresInMs', 'Home', 'NodeGroup'];

/** SHOW METADATA EPOCHS: who may write which project. Without other nodes nothing expires. */
export function epochTable(leases: readonly Lease[], groupOf: (project: string) => string): Table {
  const rows = leases.map(({ project, epoch, owner, takenAt, leftMs, home }): Cell[] => [
    project,
    String(epoch),
    owner,
    takenAt > 0 ? timeText(takenAt) : null,
    Number.isFinite(leftMs) ? String(Math.max(0, leftMs)) : null,
    home,
    groupOf(project),
  ]);
  return { columns: epochNames.map((name) => textColumn(name, 128)), rows };
}

function placeOf(address: string): Readonly<{ host: string; port: string }> {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: address.slice(colon + 1) };
}
