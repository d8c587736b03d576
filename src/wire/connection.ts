import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import { pause } from '../base/waiting.ts';
import type { Log } from '../base/log.ts';
import type { BatchPool } from './batch-pool.ts';
import { ServerError } from '../base/server-error.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Admission, Place } from './admission.ts';
import { type Claim, authenticate, requireOpen } from './authentication.ts';
import { capability, has } from './capabilities.ts';
import { CommandRunner } from './command-runner.ts';
import { type Compression, compressionOf } from './compression.ts';
import { type ConnectionInfo, commandNames } from './connection-info.ts';
import type { CommandHandler, ErrorDescription, Handler, Login } from './handler.ts';
import { greet } from './handshake.ts';
import { LoginDeadline } from './login-deadline.ts';
import type { WireLimits } from './limits.ts';
import { printableAttributes, printableName } from './login.ts';
import { makeNonce } from './nonce.ts';
import type { ChangeUser } from './packets/change-user.ts';
import { type Command, readCommand } from './packets/command.ts';
import { writeErr } from './packets/err.ts';
import { QueryAttributes } from './packets/query-attributes.ts';
import { ReceiveTimeout } from './packet-input.ts';
import { ConnectionClosedError, ProtocolError } from './protocol-error.ts';
import type { RsaExchange } from './rsa-exchange.ts';
import { type StatementBudget, Statements } from './statements.ts';
import { Transport } from './transport.ts';
import type { Turns } from './turns.ts';

const unauthenticatedUser = 'unauthenticated user';
/** Errors after which the stream cannot be read on, or must not be. */
const fatalKinds = ['malformed_packet', 'packet_too_large', 'packets_out_of_order'];

/** What all connections of a server share. */
export type ConnectionContext = Readonly<{
  handler: Handler;
  admission: Admission;
  budget: StatementBudget;
  secureContext: SecureContext | undefined;
  requireSecureTransport: boolean;
  rsa: RsaExchange | undefined;
  limits: WireLimits;
  pool: BatchPool;
  turns: Turns;
  clock: Clock;
  log: Log;
}>;

/** A login that succeeded, and what serves it. */
type Session = Readonly<{
  handler: CommandHandler;
  runner: CommandRunner;
  statements: Statements;
  capabilities: number;
  place: Place;
  /** Of a client that sends query attributes. */
  attributes: QueryAttributes | undefined;
}>;

/** One client from accept to close. */
export class Connection {
  readonly connectionId: number;
  readonly #context: ConnectionContext;
  readonly #transport: Transport;
  readonly #address: string;
  readonly #port: number;
  readonly #connectedAt: number;
  #login: Login | undefined;
  #compression: Compression | undefined;
  /** Who the client says it is, for the log. */
  #claimed: string | undefined;
  #knowsStates = false;
  #activity = 'Connect';
  #since: number;
  #command: AbortController | undefined;
  /** Set when the connection is to end after the command it is in. */
  #ending: Error | undefined;

  constructor(socket: Socket, connectionId: number, context: ConnectionContext) {
    this.connectionId = connectionId;
    this.#context = context;
    this.#address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.#port = socket.remotePort ?? 0;
    this.#connectedAt = context.clock.now();
    this.#since = this.#connectedAt;
    this.#transport = new Transport(socket, context.clock, context.limits, context.pool);
    this.#transport.closed.addEventListener('abort', () => {
      this.#command?.abort(new ConnectionClosedError());
    });
  }

  info(): ConnectionInfo {
    return {
      connectionId: this.connectionId,
      user: this.#login?.user ?? unauthenticatedUser,
      address: this.#address,
      port: this.#port,
      tls: this.#transport.isSecure,
      command: this.#activity,
      since: this.#since,
      connectedAt: this.#connectedAt,
    };
  }

  /** Serves the client until it is gone. Never throws: failures go to the client and the log. */
  async run(): Promise<void> {
    try {
      using place = this.#context.admission.enter(this.#address);
      await pause(this.#context.clock, place.waitMs, this.#transport.closed);
      await this.#serve(place);
    } catch (error) {
      await this.#farewell(error);
    } finally {
      this.#transport.destroy();
    }
  }

  /** Stops the command in progress, which is told `reason`; the connection goes on. */
  interrupt(reason: SqlError): void {
    this.#command?.abort(reason);
  }

  /** Ends the connection: at once when it is idle, else after its command. */
  endAfterCommand(reason: ProtocolError | ConnectionClosedError): void {
    this.#ending ??= reason;
    if (this.#login === undefined) this.#transport.destroy();
    else this.#transport.interrupt(reason);
  }

  /** Ends the connection after telling its command to stop; a peer that does not read is not waited for. */
  kill(): void {
    this.endAfterCommand(new ConnectionClosedError());
    this.interrupt(new SqlError('query_interrupted', 'Query execution was interrupted'));
    this.#context.clock.schedule(this.#context.limits.stopAbortMs, () => this.destroy());
  }

  destroy(): void {
    this.#transport.destroy();
  }

  async #serve(place: Place): Promise<void> {
    const { limits, budget, log, handler: server } = this.#context;
    const { connectionId } = this;
    const { login, capabilities } = await this.#logIn(place);
    this.#login = login;
    this.#transport.trust();
    log.debug('wire_login_accepted', {
      connectionId,
      user: login.user,
      address: login.address,
      tls: login.tls,
    });
    const handler = await server.open(login, this.#transport.closed);
    try {
      using statements = new Statements(limits, budget);
      const runner = new CommandRunner(this.#transport, handler, statements, capabilities);
      await runner.ok();
      if (this.#compression !== undefined) this.#transport.compress(this.#compression);
      const attributes = has(capabilities, capability.QUERY_ATTRIBUTES) ? new QueryAttributes() : undefined;
      await this.#commands({ handler, runner, statements, capabilities, place, attributes });
    } finally {
      await handler.close();
    }
  }

  /** Greeting, TLS and login within one deadline, however the bytes trickle in. */
  async #logIn(place: Place): Promise<Readonly<{ login: Login; capabilities: number }>> {
    const { handler } = this.#context;
    using deadline = this.#deadline();
    const hello = await greet(this.#transport, {
      ...this.#context,
      serverVersion: handler.serverVersion,
      connectionId: this.connectionId,
    });
    this.#knowsStates = true;
    if (this.#context.requireSecureTransport && !this.#transport.isSecure) {
      const text = 'connections using insecure transport are prohibited: connect with TLS';
      throw new ProtocolError('secure_transport_required', text);
    }
    const { request, capabilities, nonce, plugin } = hello;
    this.#compression = compressionOf(capabilities, request.compressionLevel);
    const answer = { plugin, response: request.response };
    const claim = { user: request.user, nonce, answer };
    await this.#prove(place, claim, capabilities, deadline);
    return { login: this.#loginOf(request, request.collation, capabilities), capabilities };
  }

  #deadline(): LoginDeadline {
    const { limits, clock } = this.#context;
    return new LoginDeadline(clock, limits.handshakeTimeoutMs, () => this.#transport.destroy());
  }

  /** One attempt to log in, and the place among the others that it gives. */
  async #prove(
    place: Place,
    { user, nonce, answer }: Pick<Claim, 'user' | 'nonce' | 'answer'>,
    capabilities: number,
    deadline: LoginDeadline,
  ): Promise<void> {
    const { handler, rsa } = this.#context;
    const name = printableName(user);
    this.#claimed = name;
    const canSwitch = has(capabilities, capability.PLUGIN_AUTH);
    const claim: Claim = { user: name, address: this.#address, nonce, answer, canSwitch };
    const verifier = await authenticate(this.#transport, handler.authenticator, claim, { rsa, deadline });
    requireOpen(verifier, claim, this.#transport.isSecure);
    place.claim(name, verifier.isAdministrator === true, verifier.connectionsMax);
  }

  async #commands(session: Session): Promise<void> {
    for (;;) {
      this.#note('Sleep');
      if (this.#ending !== undefined) throw this.#ending;
      this.#transport.heed(session.handler.timeouts());
      const payload = withoutAttributes(await this.#transport.receiveCommand(), session);
      const command = readCommand(payload, session.capabilities);
      if (command.kind === 'quit') return;
      this.#note(commandNames[command.kind]);
      await this.#answer(session, command, payload);
    }
  }

  async #answer(
    session: Session,
    command: Exclude<Command, { kind: 'quit' }>,
    payload: Buffer,
  ): Promise<void> {
    if (command.kind === 'change_user') {
      await this.#changeUser(session, command.request);
      return;
    }
    const controller = new AbortController();
    this.#command = controller;
    try {
      await this.#context.turns.next();
      await session.runner.run(command, payload, controller.signal);
    } catch (error) {
      if (this.#transport.closed.aborted || isFatal(error)) throw error;
      this.#logUnexpected(error);
      this.#transport.writer.abandon();
      if (!hasAnswer(command)) return;
      await this.#transport.send((writer) => writeErr(writer, this.#describe(error), true));
    } finally {
      this.#command = undefined;
    }
  }

  /** A whole login anew, with a nonce of its own; a refusal ends the connection. */
  async #changeUser(session: Session, request: ChangeUser): Promise<void> {
    {
      using deadline = this.#deadline();
      const claim = { user: request.user, nonce: makeNonce(), answer: undefined };
      await this.#prove(session.place, claim, session.capabilities, deadline);
    }
    const collation = request.collation ?? this.#login?.collation ?? 0;
    const login = this.#loginOf(request, collation, session.capabilities);
    await session.handler.changeUser(login, this.#transport.closed);
    this.#login = login;
    session.statements.clear();
    await session.runner.ok();
  }

  #loginOf(request: Omit<ChangeUser, 'collation'>, collation: number, capabilities: number): Login {
    const { database } = request;
    const { cipher } = this.#transport;
    return {
      connectionId: this.connectionId,
      user: printableName(request.user),
      database: database === undefined ? undefined : printableName(database),
      address: this.#address,
      port: this.#port,
      tls: this.#transport.isSecure,
      ...(cipher && { cipher }),
      ...(this.#compression && { compression: this.#compression }),
      collation,
      attributes: printableAttributes(request.attributes),
      foundRows: has(capabilities, capability.FOUND_ROWS),
      multiStatements: has(capabilities, capability.MULTI_STATEMENTS),
      capabilities,
    };
  }

  /** Says why the connection ends, when somebody is there to hear it. */
  async #farewell(error: unknown): Promise<void> {
    const { log } = this.#context;
    if (error instanceof ConnectionClosedError || this.#transport.closed.aborted) return;
    const reason = error instanceof ReceiveTimeout ? idleTimeout(error) : error;
    this.#logUnexpected(reason);
    const description = this.#describe(reason);
    const { connectionId } = this;
    const event = this.#login === undefined ? 'wire_login_refused' : 'wire_connection_ended';
    log.info(event, {
      connectionId,
      address: this.#address,
      user: this.#claimed,
      number: description.number,
    });
    this.#transport.writer.abandon();
    this.#transport.packet((writer) => writeErr(writer, description, this.#knowsStates));
    await this.#transport.end();
  }

  #describe(error: unknown): ErrorDescription {
    return error instanceof ProtocolError ? error.describe() : this.#context.handler.describeError(error);
  }

  /** What is neither the user's mistake nor the peer's. Without its message, which may quote what is secret. */
  #logUnexpected(error: unknown): void {
    if (error instanceof SqlError || error instanceof ServerError || error instanceof ProtocolError) return;
    const { name, stack = '' } = error instanceof Error ? error : new Error('no error was thrown');
    const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
    const { connectionId } = this;
    this.#context.log.error('wire_command_failed', { connectionId, error: name, frames: frames.join('\n') });
  }

  #note(activity: string): void {
    this.#activity = activity;
    this.#since = this.#context.clock.now();
  }
}

function withoutAttributes(received: Buffer, { attributes, handler }: Session): Buffer {
  if (attributes === undefined) return received;
  const stripped = attributes.strip(received);
  handler.queryAttributes(stripped.attributes);
  return stripped.payload;
}

/** COM_STMT_CLOSE and COM_STMT_SEND_LONG_DATA are never answered, not even when they fail. */
function hasAnswer({ kind }: Command): boolean {
  return kind !== 'close_statement' && kind !== 'send_long_data';
}

function isFatal(error: unknown): boolean {
  return error instanceof ProtocolError && fatalKinds.includes(error.kind);
}

function idleTimeout(timeout: ReceiveTimeout): ProtocolError {
  const text = timeout.hasBegun
    ? 'the client was disconnected because a packet did not end in time'
    : 'the client was disconnected by the server because of inactivity';
  return new ProtocolError('idle_timeout', text);
}
