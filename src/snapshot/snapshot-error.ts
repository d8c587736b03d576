export type SnapshotErrorKind =
  /** No such snapshot. */
  | 'not_found'
  /** A known repository is not at its place any more. */
  | 'no_repository'
  /** Not written by Holdfast, or by something that uses the same names. */
  | 'foreign'
  /** Ends too early: an upload or a copy that did not finish. */
  | 'truncated'
  /** Bytes that are not the ones that were written. */
  | 'corrupt'
  /** Written by a later Holdfast in a format this one does not know. */
  | 'newer_version'
  /** Something else lies under the key of this snapshot. */
  | 'conflict';

/** A failure to read or write the snapshot format. Texts name keys and labels. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly kind: SnapshotErrorKind;

  constructor(kind: SnapshotErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
