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
  /** The store does not know the request at all. */
  | 'not_supported'
  | 'cancelled';

const retryableKinds: ReadonlySet<StorageErrorKind> = new Set(['throttled', 'unavailable', 'timeout']);

export type StorageErrorOptions = Readonly<{
  cause?: unknown;
  retryAfterMs?: number;
  hint?: string;
  /** True: it has been tried often enough, so that no layer above tries it again. */
  isExhausted?: boolean;
}>;

/** The one error of stores and their layers. Texts carry keys and paths, never credentials or signed URLs. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly kind: StorageErrorKind;
  /** Only `layers/retry.ts` acts on this. */
  readonly retryable: boolean;
  /** Milliseconds the store asked us to wait. */
  readonly retryAfterMs: number | undefined;
  /** A sentence that says what the user can do. */
  readonly hint: string | undefined;

  constructor(kind: StorageErrorKind, message: string, options: StorageErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.retryable = options.isExhausted !== true && retryableKinds.has(kind);
    this.retryAfterMs = options.retryAfterMs;
    this.hint = options.hint;
  }
}
