import type { Cell, Column, ResultSet } from '../base/rows.ts';
import type { Authenticator } from './authenticator.ts';
import type { Compression } from './compression.ts';

/**
 * What the protocol needs from the server behind it. Declared here, implemented by `session/`: the protocol
 * knows no SQL. What it needs to know of accounts is the port of `authenticator.ts`.
 *
 * Calls for one connection come one after another; calls for different connections run side by side.
 */
export interface Handler {
  readonly authenticator: Authenticator;
  /** The text of the greeting, `8.0.x-Holdfast-…`: clients switch features by its number. */
  readonly serverVersion: string;
  /** Opens a session for an authenticated login. Throws what `describeError` can describe. */
  open(login: Login, signal: AbortSignal): Promise<CommandHandler>;
  /** Number, SQLSTATE and text of anything thrown by a handler. Unknown errors become a text without details. */
  describeError(error: unknown): ErrorDescription;
}

/** What a client said of itself, sanitised: no control characters, bounded lengths. */
export type Login = Readonly<{
  connectionId: number;
  user: string;
  database: string | undefined;
  address: string;
  port: number;
  tls: boolean;
  /** With `tls`: what was agreed on. */
  cipher?: Cipher;
  /** Absent for a connection that is not compressed. */
  compression?: Compression;
  /** Collation number of the handshake. */
  collation: number;
  attributes: ReadonlyMap<string, string>;
  /** CLIENT_FOUND_ROWS: affected rows of an UPDATE count the matched ones. */
  foundRows: boolean;
  /** CLIENT_MULTI_STATEMENTS: one COM_QUERY may hold several statements. */
  multiStatements: boolean;
  /** What client and server agreed on, for whoever speaks to another server in the client's place. */
  capabilities?: number;
}>;

/** A TLS connection's cipher suite and protocol, by OpenSSL's names. */
export type Cipher = Readonly<{ name: string; protocol: string }>;

export type ErrorDescription = Readonly<{ number: number; sqlState: string; message: string }>;

/** An answer to one statement that is no result set. */
export type OkAnswer = Readonly<{
  affectedRows: bigint;
  lastInsertId: bigint;
  warnings: number;
  info: string;
  status: ServerStatus;
}>;

/** The session's state that travels with each answer (SERVER_STATUS_* of the manual). */
export type ServerStatus = Readonly<{ inTransaction: boolean; autocommit: boolean }>;

/** MySQL's wait_timeout, net_read_timeout and net_write_timeout. */
export type Timeouts = Readonly<{
  waitTimeoutMs: number;
  readStallTimeoutMs: number;
  writeTimeoutMs: number;
}>;

/** Where a command's answers go. Each call ends when the bytes are accepted by the socket (backpressure). */
export interface Reply {
  /** `more`: another answer of the same command follows (SERVER_MORE_RESULTS_EXISTS). */
  ok(answer: OkAnswer, more: boolean): Promise<void>;
  /** Streams the rows; a binary result for EXECUTE, a text result for QUERY. Returns the rows sent. */
  resultSet(result: ResultSet, end: ResultSetEnd, more: boolean): Promise<void>;
  /** An answer of another server: `send` passes all of it on, and says whether its last packet has MORE_RESULTS. */
  relayed(send: (relay: Relay) => Promise<boolean>): Promise<void>;
}

/**
 * The way of another server's packets to the client: they pass as they are, but for their sequence numbers. What is
 * written goes out with `flush`, which waits while the client reads too slowly.
 */
export interface Relay {
  /** Whole frames with their headers, which may be rewritten in place. Many bytes are sent from where they are. */
  frames(bytes: Buffer): void;
  packet(payload: Uint8Array): void;
  /** True while bytes given to `frames` are still being sent: they are to stay as they are until `flush` has returned. */
  readonly isReading: boolean;
  /** True when enough was written to be worth a `flush`. */
  readonly isFull: boolean;
  flush(): Promise<void>;
}

/** A command that another server may be asked to answer; `payload` is the packet as it came. */
export type RelayableCommand = Readonly<{ payload: Buffer }> &
  (
    | Readonly<{ kind: 'statistics' }>
    | Readonly<{ kind: 'init_db'; database: string }>
    | Readonly<{ kind: 'query'; text: string }>
    | Readonly<{ kind: 'prepare'; text: string }>
    | Readonly<{ kind: 'field_list' }>
    | Readonly<{
        kind: 'execute' | 'fetch' | 'send_long_data' | 'close_statement' | 'reset_statement';
        statementId: number;
      }>
  );

/** Read after the last row, since only then warnings and status are known. */
export type ResultSetEnd = () => Readonly<{ warnings: number; status: ServerStatus }>;

export type Prepared = Readonly<{
  statementId: number;
  parameters: readonly Column[];
  /** Columns of the result when known without executing; empty for a statement without one. */
  columns: readonly Column[];
  warnings: number;
}>;

/** A parameter of EXECUTE, decoded by its type. Dates and times are text in MySQL's form. */
export type Parameter = Readonly<{
  kind: 'null' | 'integer' | 'float' | 'decimal' | 'text' | 'bytes' | 'datetime' | 'time';
  value: Cell;
}>;

/** One login's commands. A thrown error becomes one ERR packet, after which the connection goes on. */
export interface CommandHandler {
  /**
   * Has another server answer the command. False, with nothing sent, for a command that is answered here: by the
   * methods below.
   */
  passOn(command: RelayableCommand, relay: Relay, signal: AbortSignal): Promise<boolean>;
  /** COM_QUERY. One or many statements; the handler splits and answers each in order. */
  query(text: string, reply: Reply, signal: AbortSignal): Promise<void>;
  /** Attributes of the command that comes next, by name; empty for one without. Called only for clients that may send some. */
  queryAttributes(attributes: ReadonlyMap<string, Cell>): void;
  prepare(text: string, signal: AbortSignal): Promise<Prepared>;
  execute(
    statementId: number,
    parameters: readonly Parameter[],
    reply: Reply,
    signal: AbortSignal,
  ): Promise<void>;
  /** COM_STMT_CLOSE. No answer; unknown ids are ignored, as MySQL does. */
  closeStatement(statementId: number): void;
  /** COM_STMT_RESET succeeded for a known statement; throws for an unknown one. */
  resetStatement(statementId: number): void;
  /** COM_INIT_DB. */
  useDatabase(name: string, signal: AbortSignal): Promise<void>;
  /** COM_FIELD_LIST. `pattern` as in SHOW COLUMNS LIKE, empty for all. */
  fieldList(table: string, pattern: string, signal: AbortSignal): Promise<readonly Column[]>;
  /** COM_SET_OPTION. */
  setMultiStatements(on: boolean): void;
  /** COM_RESET_CONNECTION: session state as after login. */
  reset(signal: AbortSignal): Promise<void>;
  /** COM_CHANGE_USER after the new login was verified: as `reset`, with another user and database. */
  changeUser(login: Login, signal: AbortSignal): Promise<void>;
  /** COM_STATISTICS: one human-readable line. */
  statistics(): string;
  /** COM_PROCESS_KILL. */
  kill(connectionId: number): Promise<void>;
  status(): ServerStatus;
  /** Asked after each command: how long its client is waited for; the server's limits hold where one is absent. */
  timeouts(): Partial<Timeouts>;
  /** Called once when the connection ends, however it ends. */
  close(): Promise<void>;
}
