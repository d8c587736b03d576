import { SqlError } from '../../base/sql-error.ts';
import type { ResourceGroup } from '../../sql/resource-group.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';

/** MySQL's own, which every server has: threads of users are in the first, and nothing can be put into another. */
const userGroup = 'usr_default';
const systemGroup = 'sys_default';

/** A server has no groups but MySQL's own. */
export function resourceGroup({ action, name }: ResourceGroup): Answer {
  if (action === 'CREATE') throw notSupported('CREATE RESOURCE GROUP');
  const known = name.toLowerCase();
  if (action === 'SET' && known === userGroup) return okAnswer;
  if (known === userGroup || known === systemGroup) throw notSupported(`${action} RESOURCE GROUP ${name}`);
  throw new SqlError('unknown_resource_group', `Resource Group '${name}' does not exist.`);
}
