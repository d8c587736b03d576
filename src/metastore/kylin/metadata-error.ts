/**
 * - `not_found`: a folder, resource, project or model is not there.
 * - `not_a_backup`: the place holds no metadata backup of a known generation.
 * - `illegal`: a key, file or entry that may not be, such as a path with `..` or a symbolic link.
 * - `broken`: content that cannot be read where it must be.
 * - `exists`: the folder to write is there already.
 * - `refused`: a safety rule says no; the text names the word that says yes, where there is one.
 * - `busy`: another job works on the same target.
 * - `cancelled`: somebody ended the job.
 * - `conflict`: the store changed under a restore.
 * - `unavailable`: the disk or the store's database failed.
 */
export type MetadataErrorKind =
  | 'not_found'
  | 'not_a_backup'
  | 'illegal'
  | 'broken'
  | 'exists'
  | 'refused'
  | 'busy'
  | 'cancelled'
  | 'conflict'
  | 'unavailable';

/** A failure of a metadata backup, restore or look. Texts carry no secret. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  readonly kind: MetadataErrorKind;
  /** A sentence that says what to do. */
  readonly hint: string | undefined;

  constructor(
    kind: MetadataErrorKind,
    message: string,
    options: Readonly<{ hint?: string; cause?: unknown }> = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
  }
}
