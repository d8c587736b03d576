import type { QueryContext } from '../query.ts';

/** The context in which bounds of partitions are read: no session, no variables, MySQL's default reading of text. */
export function boundContext(now: () => number): QueryContext {
  return {
    connectionId: 0,
    user: '',
    database: undefined,
    variable: (name) => (name === 'sql_mode' ? '' : undefined),
    userVariable: () => null,
    setUserVariable: () => undefined,
    lastInsertId: 0n,
    foundRows: 0n,
    rowCount: 0n,
    now,
  };
}
