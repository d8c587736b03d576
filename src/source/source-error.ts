/**
 * `unavailable`: the same work may succeed a little later. `away`: as long as nothing can be asked of the source, as while it
 * is started again.
 */
export type SourceErrorKind =
  'missing' | 'conflict' | 'bad_replace' | 'unavailable' | 'away' | 'interrupted' | 'failed';

/** A source's failure inside a job. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly kind: SourceErrorKind;

  constructor(kind: SourceErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** Whether the same work may succeed at another time. */
export function isPassing(error: unknown): boolean {
  return error instanceof SourceError && ['unavailable', 'away'].includes(error.kind);
}

/** Whether the source did not come to say yes or no. */
export function isUnanswered(error: unknown): boolean {
  return isPassing(error) || (error instanceof SourceError && error.kind === 'interrupted');
}
