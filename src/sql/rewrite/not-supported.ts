import { SqlError } from '../../base/sql-error.ts';

/** Refuses a construct by name, in one form of words. */
export function notSupported(construct: string, hint?: string): never {
  throw new SqlError('not_supported', `${construct} is not supported`, hint === undefined ? {} : { hint });
}
