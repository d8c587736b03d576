import { SqlError } from '../base/sql-error.ts';
import type { ParsedStatement } from './dialect-parser.ts';
import type { Backup, Properties, Restore } from './statement.ts';

/**
 * What parses and is still no statement. Gives the error to throw, or nothing. The clauses that do not go together
 * are StarRocks' refusals, which it reports as syntax errors. Its answer to a repeated property key is not
 * documented, and keeping either value would hide a mistake, so a repeated key is refused.
 */
export function refusal(parsed: ParsedStatement): SqlError | undefined {
  const clause = clauseRefusal(parsed);
  if (clause !== undefined) return new SqlError('syntax', `Getting syntax error. Detail message: ${clause}.`);
  const key = repeatedKey(propertiesOf(parsed));
  if (key === undefined) return undefined;
  return new SqlError('analysis', `Getting analyzing error. Detail message: Duplicated property: ${key}.`);
}

function propertiesOf(parsed: ParsedStatement): Properties {
  if (parsed.kind === 'explain_restore') return parsed.restore.properties;
  return 'properties' in parsed ? parsed.properties : [];
}

function clauseRefusal(parsed: ParsedStatement): string | undefined {
  switch (parsed.kind) {
    case 'backup':
      return scopeRefusal('BACKUP', parsed) ?? backupRefusal(parsed);
    case 'restore':
      return scopeRefusal('RESTORE', parsed) ?? restoreRefusal(parsed);
    case 'explain_restore':
      return clauseRefusal(parsed.restore);
    case 'cancel':
      return parsed.scope.kind === 'unnamed'
        ? 'No selected database. Name it with FROM, or say FOR EXTERNAL CATALOG'
        : undefined;
    default:
      return undefined;
  }
}

/** A database is named once, and not at all beside external catalogs. */
function scopeRefusal(
  word: string,
  { label, database, externalCatalogs, objects }: Backup | Restore,
): string | undefined {
  if (database !== undefined && label.database !== undefined) {
    return `Unsupported operation DATABASE clause together with a database in the snapshot name of ${word}`;
  }
  if (externalCatalogs === undefined) return undefined;
  if (database !== undefined || label.database !== undefined) {
    return `Unsupported operation ${word} of external catalogs together with a database`;
  }
  if (objects !== undefined)
    return `Unsupported operation ${word} of external catalogs together with ON clause`;
  return undefined;
}

function backupRefusal({ objects }: Backup): string | undefined {
  const hasAlias = objects?.items.some((item) => item.kind === 'named' && item.alias !== undefined);
  return hasAlias === true ? 'Unsupported operation AS in the ON clause of BACKUP' : undefined;
}

/** Doris' EXCLUDE goes with the snapshot's own database; StarRocks wants one named beside ON. */
function restoreRefusal({ label, database, objects }: Restore): string | undefined {
  const isNamed = database !== undefined || label.database !== undefined;
  return objects?.mode === 'ON' && !isNamed
    ? 'No selected database. Name it before the snapshot or with DATABASE to use the ON clause of RESTORE'
    : undefined;
}

function repeatedKey(properties: Properties): string | undefined {
  const seen = new Set<string>();
  for (const [key] of properties) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}
