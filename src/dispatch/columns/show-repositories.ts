import { type Cell, textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import type { Repository } from '../../repository/repositories.ts';
import type { Table } from '../answer.ts';

const names = ['RepoId', 'RepoName', 'CreateTime', 'IsReadOnly', 'Location', 'Broker', 'ErrMsg'];

/** SHOW REPOSITORIES. `errors`: what the last look at a repository found wrong, by name. */
export function repositoryTable(
  repositories: readonly Repository[],
  errors: ReadonlyMap<string, string>,
): Table {
  const rows = repositories.map((repository): Cell[] => [
    String(repository.id),
    repository.name,
    timeText(repository.createdAt),
    String(repository.readOnly),
    repository.location,
    repository.broker ?? null,
    errors.get(repository.name) ?? null,
  ]);
  return { columns: names.map((name) => textColumn(name)), rows };
}
