import type { QueryContext } from '../../query.ts';
import type { TemporaryTables } from '../dictionary/temporary-tables.ts';

/** What the session above tells, and what the engine's own side of the session has. */
export type EngineContext = QueryContext &
  Readonly<{
    /** Those of the session; absent where none can be named, as in the SELECT of a view. */
    temporaryTables?: TemporaryTables;
  }>;
