import { SqlError } from '../../base/sql-error.ts';
import { globalProject, maintenanceKey } from '../../metastore/key.ts';
import type { ShowTail } from '../../sql/statement.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { epochTable, frontendTable } from '../columns/show-nodes.ts';
import { likeRows } from '../row-filter.ts';
import { shownAnswer } from '../shown-answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** SHOW FRONTENDS: the nodes that share this server's metastore, itself among them. */
export async function showFrontends(
  tail: ShowTail,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  const { node } = services;
  const [nodes, leases] = [await node.nodes(signal), await node.leases(signal)];
  const table = likeRows(frontendTable(nodes, leases, node.metastoreId), 'Name', tail.like);
  return shownAnswer(table, tail, services, signal);
}

/** SHOW METADATA EPOCHS. */
export async function showEpochs(tail: ShowTail, services: Services, signal: AbortSignal): Promise<Answer> {
  const { node } = services;
  const epochs = epochTable(await node.leases(signal), (project) => node.groupOf(project));
  const table = likeRows(epochs, 'Project', tail.like);
  return shownAnswer(table, tail, services, signal);
}

type Maintenance = Readonly<{ on: true; reason: string }> | Readonly<{ on: false; force: boolean }>;

/** SET METADATA MAINTENANCE: while it is on nobody writes metadata, on any node; jobs wait. */
export async function setMaintenance(
  statement: Maintenance,
  { metastore }: Services,
  state: SessionState,
): Promise<Answer> {
  const unit = { project: globalProject, operator: state.user };
  await metastore.write(unit, (sandbox) => {
    const isOn = sandbox.get(maintenanceKey) !== undefined;
    if (statement.on) {
      if (isOn) throw new SqlError('read_only', 'the metadata is in maintenance mode already');
      if (statement.reason === '') throw new SqlError('analysis', 'maintenance mode needs a reason');
      sandbox.put(maintenanceKey, { reason: statement.reason, by: state.user });
    } else {
      if (!isOn && !statement.force) {
        throw new SqlError('analysis', 'the metadata is not in maintenance mode');
      }
      sandbox.delete(maintenanceKey);
    }
  });
  return okAnswer;
}
