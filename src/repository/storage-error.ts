export type StorageErrorKind =
  | 'not_found'
  | 'already_exists'
  | 'invalid_range'
  | 'permission_denied'
  | 'invalid_credentials'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'corrupt'
  | 'full'
  | 'invalid_argument'
  | 'cancelled';

const retryableKinds: ReadonlySet<StorageErrorKind> = new Set(['throttled', 'unavailable', 'timeout']);

/** The one error of stores and their layers. Texts carry keys and paths, never credentials or signed URLs. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly kind: StorageErrorKind;
  /** Only `layers/retry.ts` acts on this. */
  readonly retryable: boolean;
  /** Milliseconds the store asked us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: StorageErrorKind,
    message: string,
    options: Readonly<{ cause?: unknown; retryAfterMs?: number }> = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.retryable = retryableKinds.has(kind);
    this.retryAfterMs = options.retryAfterMs;
  }
}
