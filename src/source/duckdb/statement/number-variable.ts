import type { Cell } from '../../../base/rows.ts';
import type { QueryContext } from '../../query.ts';

/** A variable that is a number, 0 when it is absent or something else. */
export function numberVariable(context: QueryContext, name: string): number {
  const value: Cell | undefined = context.variable(name);
  const number = typeof value === 'bigint' ? Number(value) : Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}
