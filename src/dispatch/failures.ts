import { SqlError } from '../base/sql-error.ts';
import { MetadataError } from '../metastore/kylin/metadata-error.ts';
import { MetastoreError } from '../metastore/metastore.ts';
import { SecretsError } from '../metastore/secrets.ts';
import { StorageError } from '../repository/storage-error.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { SourceError } from '../source/source-error.ts';

/**
 * A failure of a lower part as the user is to read it. Gives back what it does not know: that is a fault of ours,
 * which goes to the log and not to the client.
 */
export function asSqlError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof SqlError) return error;
  if (signal.aborted) return interrupted(signal.reason);
  if (error instanceof StorageError) {
    const kind = error.kind === 'full' ? 'disk_full' : 'backup';
    const { message, hint } = error;
    return new SqlError(kind, message, { cause: error, ...(hint !== undefined && { hint }) });
  }
  if (error instanceof SnapshotError) return new SqlError('backup', error.message, { cause: error });
  if (error instanceof SourceError) return new SqlError('backup', error.message, { cause: error });
  if (error instanceof MetastoreError) return ofMetastore(error);
  if (error instanceof SecretsError) return credentialError(error);
  if (error instanceof MetadataError) return ofMetadata(error);
  return error;
}

function ofMetastore(error: MetastoreError): SqlError {
  const isTransient = error.kind === 'conflict' || error.kind === 'stale_epoch';
  const kind = isTransient ? 'lock_deadlock' : 'read_only';
  const hint = isTransient ? 'Try the statement again.' : hints[error.kind];
  return new SqlError(kind, `the metadata cannot be written: ${error.message}`, { cause: error, hint });
}

/** Without the lower part's text, which names the file of the key. */
export function credentialError(error: SecretsError): SqlError {
  const why =
    error.kind === 'damaged' ? 'it is damaged' : 'it was sealed with another key than this server has';
  const hint = 'Start the server with the secret.key of its metastore, or give the credential again.';
  return new SqlError('backup', `a stored credential cannot be opened: ${why}`, { cause: error, hint });
}

function ofMetadata(error: MetadataError): SqlError {
  const kind = error.kind === 'refused' ? 'safety_rule' : 'backup';
  const { message, hint } = error;
  return new SqlError(kind, message, { cause: error, ...(hint !== undefined && { hint }) });
}

const detailsInLog = 'The server log has the details.';

const hints: Readonly<Record<Exclude<MetastoreError['kind'], 'conflict' | 'stale_epoch'>, string>> = {
  maintenance: 'SET METADATA MAINTENANCE OFF ends it.',
  unavailable:
    'Try again when the metastore can be reached; SHOW BACKUP and SHOW RESTORE tell what was done.',
  too_large: detailsInLog,
  corrupt: detailsInLog,
  newer_version: detailsInLog,
  locked: detailsInLog,
};

function interrupted(reason: unknown): unknown {
  if (reason instanceof SqlError) return reason;
  return new SqlError('query_interrupted', 'Query execution was interrupted', { cause: reason });
}
