import type { ErrorDescription } from './handler.ts';

/**
 * Failures of the protocol itself, before or beside any statement. Their numbers are kept here and not in
 * `dispatch/`, because the protocol must answer when nothing stands behind it.
 */
export type ProtocolErrorKind = keyof typeof codes;

const codes = {
  too_many_connections: [1040, '08004'],
  bad_handshake: [1043, '08S01'],
  access_denied: [1045, '28000'],
  unknown_command: [1047, '08S01'],
  server_shutdown: [1053, '08S01'],
  too_many_cursors: [1041, 'HY000'],
  no_answer: [1105, 'HY000'],
  host_blocked: [1129, 'HY000'],
  too_many_of_user: [1226, '42000'],
  packet_too_large: [1153, '08S01'],
  cursor_too_large: [1114, 'HY000'],
  long_data_too_large: [1153, '08S01'],
  packets_out_of_order: [1156, '08S01'],
  login_method_not_supported: [1251, '08004'],
  no_open_cursor: [1421, 'HY000'],
  malformed_packet: [1835, 'HY000'],
  account_locked: [3118, 'HY000'],
  secure_transport_required: [3159, 'HY000'],
  idle_timeout: [4031, 'HY000'],
} as const;

/** The peer broke the protocol or met a limit of it. `message` is what the peer is told. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly kind: ProtocolErrorKind;

  constructor(kind: ProtocolErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }

  /** Number and SQLSTATE of MySQL's manual. */
  describe(): ErrorDescription {
    const [number, sqlState] = codes[this.kind];
    return { number, sqlState, message: this.message };
  }
}

/** The connection is gone: nothing can be read or answered any more. Not a failure of anybody. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';

  constructor(cause?: unknown) {
    super('connection closed', cause === undefined ? undefined : { cause });
  }
}
