import { SqlError } from '../base/sql-error.ts';
import { StorageError } from '../repository/storage-error.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { isPassing, isUnanswered, SourceError } from '../source/source-error.ts';
import type { Failure, FailureCode } from './job-status.ts';

/** A failure of a job's own making, such as a restore whose rows do not add up. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The consistent read is gone: what was not read from it must be read from a new one. */
export class ReadLostError extends Error {
  override readonly name = 'ReadLostError';
  readonly by: 'source' | 'restart';

  constructor(by: 'source' | 'restart', message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.by = by;
  }
}

/** Passes on what went wrong with a read: a source that goes away takes its point in time with it. */
export function orReadLost(error: unknown): never {
  if (error instanceof SourceError && isUnanswered(error)) {
    throw new ReadLostError('source', error.message, error);
  }
  throw error;
}

export function readLostWithProcess(): ReadLostError {
  return new ReadLostError('restart', 'the server ended before everything was read');
}

/** What Status is to say of an error that ended a job. */
export function failureOf(error: unknown): Failure {
  return { code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
}

/** True where the same work, tried `attempts` times, may succeed a little later. */
export function isTransient(error: unknown, attempts: number): boolean {
  if (error instanceof StorageError) return error.retryable;
  if (error instanceof SourceError) return isPassing(error);
  // Bytes may have been damaged on their way: worth one more look, no more.
  return error instanceof SnapshotError && error.kind === 'corrupt' && attempts === 1;
}

/** True while nothing can be asked of the source. */
export function isSourceAway(error: unknown): boolean {
  return error instanceof SourceError && error.kind === 'away';
}

/** True where rows of a snapshot cannot be had, whoever asks for them and how often. */
export function isLossOfRows(error: unknown): boolean {
  if (error instanceof SnapshotError) return ['corrupt', 'not_found'].includes(error.kind);
  if (error instanceof StorageError) return error.kind === 'corrupt';
  if (error instanceof SourceError) return error.kind === 'failed';
  return error instanceof JobError && error.code === 'BAD_FILE';
}

/**
 * True where the manifest can never be stored, however often it is tried. Of a repository that was lost meanwhile it
 * is not known which blobs have come back with it.
 */
export function isFinal(error: unknown): boolean {
  return error instanceof SnapshotError && ['conflict', 'no_repository'].includes(error.kind);
}

function codeOf(error: unknown): FailureCode {
  if (error instanceof JobError) return error.code;
  if (error instanceof SnapshotError) return codeOfSnapshot(error);
  if (error instanceof SourceError) return codeOfSource(error);
  if (error instanceof StorageError) return codeOfStorage(error);
  if (error instanceof SqlError) return error.kind === 'not_supported' ? 'UNSUPPORTED' : 'COMMON_ERROR';
  return 'COMMON_ERROR';
}

function codeOfSnapshot(error: SnapshotError): FailureCode {
  return ['not_found', 'no_repository'].includes(error.kind) ? 'NOT_FOUND' : 'BAD_FILE';
}

function codeOfSource(error: SourceError): FailureCode {
  if (error.kind === 'missing') return 'NOT_FOUND';
  if (error.kind === 'bad_replace') return 'BAD_REPLACE';
  return isPassing(error) ? 'BAD_CONNECTION' : 'COMMON_ERROR';
}

function codeOfStorage(error: StorageError): FailureCode {
  if (error.kind === 'not_found') return 'NOT_FOUND';
  if (error.kind === 'corrupt') return 'BAD_FILE';
  return error.retryable ? 'BAD_CONNECTION' : 'COMMON_ERROR';
}
