import { unreachable } from '../base/assert.ts';
import { SqlError } from '../base/sql-error.ts';
import type { RowSpool } from './row-spool.ts';
import { CursorReply } from './cursor-reply.ts';
import type { CommandHandler, OkAnswer, Reply } from './handler.ts';
import type { Command } from './packets/command.ts';
import { writeColumnDefinition } from './packets/column-definition.ts';
import { writeEof, writeResultEnd } from './packets/eof.ts';
import { readParameters } from './packets/execute.ts';
import { writeOk } from './packets/ok.ts';
import { writePrepareOk } from './packets/prepare-ok.ts';
import { PacketRelay } from './packet-relay.ts';
import { ProtocolError } from './protocol-error.ts';
import { CommandReply } from './reply.ts';
import type { ResultFormat } from './result-writer.ts';
import type { Statements } from './statements.ts';
import type { Transport } from './transport.ts';

/** Parameters and columns of a prepared statement are counted in 16 bits. */
const countMax = 0xffff;

type StatementCommand = Extract<
  Command,
  { kind: 'prepare' | 'execute' | 'send_long_data' | 'close_statement' | 'reset_statement' | 'fetch' }
>;
type ConnectionCommand = Extract<Command, { kind: 'quit' | 'change_user' }>;

/** Commands that have an answer, or none, by themselves; the connection sees to those that change what it is. */
export type RunnableCommand = Exclude<Command, ConnectionCommand>;

/** Runs the commands of one logged-in connection: each gets exactly one complete answer, or none by the protocol. */
export class CommandRunner {
  readonly #transport: Transport;
  readonly #handler: CommandHandler;
  readonly #statements: Statements;
  readonly #capabilities: number;

  constructor(transport: Transport, handler: CommandHandler, statements: Statements, capabilities: number) {
    this.#transport = transport;
    this.#handler = handler;
    this.#statements = statements;
    this.#capabilities = capabilities;
  }

  /** Throws what the handler throws, for the caller to answer with ERR. */
  async run(command: RunnableCommand, payload: Buffer, signal: AbortSignal): Promise<void> {
    const isAnswered = await this.#passOn(command, payload, signal);
    if (!isAnswered) await this.#run(command, signal);
  }

  /** What was written when the other server failed goes before the error. */
  async #passOn(command: RunnableCommand, payload: Buffer, signal: AbortSignal): Promise<boolean> {
    switch (command.kind) {
      case 'ping':
      case 'refresh':
      case 'debug':
      case 'process_kill':
      case 'reset_connection':
      case 'set_option':
      case 'unknown':
        return false;
      default: {
        const relay = new PacketRelay(this.#transport);
        return this.#handler.passOn({ ...command, payload }, relay, signal);
      }
    }
  }

  async #run(command: RunnableCommand, signal: AbortSignal): Promise<void> {
    const handler = this.#handler;
    switch (command.kind) {
      case 'query':
        return this.#replied(this.#reply('text'), (reply) => handler.query(command.text, reply, signal));
      case 'ping':
        return this.ok();
      case 'refresh': // FLUSH as a command of its own: nothing here is kept to be flushed.
        return this.ok();
      case 'init_db':
        await handler.useDatabase(command.database, signal);
        return this.ok();
      case 'field_list':
        return this.#fieldList(command.table, command.pattern, signal);
      case 'statistics':
        return this.#transport.send((writer) => writer.rawText(handler.statistics()));
      case 'debug':
        return this.#eof();
      case 'process_kill':
        await handler.kill(command.connectionId);
        return this.ok();
      case 'reset_connection':
        await handler.reset(signal);
        this.#statements.clear();
        return this.ok();
      case 'set_option':
        return this.#setOption(command.option);
      case 'unknown':
        throw new ProtocolError('unknown_command', `unknown command ${command.code}`);
      default:
        return this.#runStatement(command, signal);
    }
  }

  /** An OK packet without content. */
  async ok(): Promise<void> {
    const answer: OkAnswer = {
      affectedRows: 0n,
      lastInsertId: 0n,
      warnings: 0,
      info: '',
      status: this.#handler.status(),
    };
    await this.#transport.send((writer) => writeOk(writer, answer, false));
  }

  async #runStatement(command: StatementCommand, signal: AbortSignal): Promise<void> {
    switch (command.kind) {
      case 'prepare':
        return this.#prepare(command.text, signal);
      case 'execute':
        return this.#execute(command, signal);
      case 'send_long_data':
        return this.#statements.addLongData(command.statementId, command.parameter, command.data);
      case 'close_statement':
        this.#statements.close(command.statementId);
        return this.#handler.closeStatement(command.statementId);
      case 'reset_statement':
        this.#handler.resetStatement(command.statementId);
        this.#statements.forgetLongData(command.statementId);
        this.#statements.closeCursor(command.statementId);
        return this.ok();
      case 'fetch':
        return this.#fetch(command.statementId, command.rows);
      default:
        return unreachable(command);
    }
  }

  async #prepare(text: string, signal: AbortSignal): Promise<void> {
    const prepared = await this.#statements.add(() => this.#handler.prepare(text, signal));
    if (prepared.parameters.length > countMax || prepared.columns.length > countMax) {
      this.#statements.close(prepared.statementId);
      this.#handler.closeStatement(prepared.statementId);
      throw new SqlError('not_supported', `a statement of more than ${countMax} parameters or columns`);
    }
    writePrepareOk(this.#transport.writer, prepared, this.#capabilities, this.#handler.status());
    await this.#transport.flush();
  }

  async #execute(command: Extract<Command, { kind: 'execute' }>, signal: AbortSignal): Promise<void> {
    const { statementId } = command;
    const statement = this.#statements.get(statementId);
    if (statement.isLongDataTooLarge) {
      this.#statements.forgetLongData(statementId);
      throw new ProtocolError('long_data_too_large', 'parameters sent in pieces are longer than the limit');
    }
    const { types, values } = readParameters(command.parameters, statement);
    statement.types = types;
    this.#statements.forgetLongData(statementId);
    this.#statements.closeCursor(statementId);
    const run = (reply: Reply): Promise<void> => this.#handler.execute(statementId, values, reply, signal);
    if (!command.wantsCursor) return this.#replied(this.#reply('binary'), run);
    try {
      await this.#replied(this.#cursorReply(statementId), run);
    } catch (error) {
      this.#statements.closeCursor(statementId);
      throw error;
    }
  }

  /** COM_STMT_FETCH: rows of the cursor, and whether these are all (SERVER_STATUS_LAST_ROW_SENT, as MySQL counts it). */
  async #fetch(statementId: number, count: number): Promise<void> {
    const { cursor } = this.#statements.get(statementId);
    if (cursor === undefined) {
      throw new ProtocolError('no_open_cursor', `The statement (${statementId}) has no open cursor.`);
    }
    const relay = new PacketRelay(this.#transport);
    const taken = await cursor.take(count, async (packets) => {
      relay.frames(packets);
      if (relay.isFull) await relay.flush();
    });
    const state = taken < count ? 'at_end' : 'open';
    if (state === 'at_end') this.#statements.closeCursor(statementId);
    const end = { warnings: 0, status: this.#handler.status(), more: false, cursor: state } as const;
    await this.#transport.send((writer) => writeResultEnd(writer, end, this.#capabilities));
  }

  async #fieldList(table: string, pattern: string, signal: AbortSignal): Promise<void> {
    const columns = await this.#handler.fieldList(table, pattern, signal);
    for (const column of columns) {
      this.#transport.packet((writer) => writeColumnDefinition(writer, column, true));
    }
    const end = { warnings: 0, status: this.#handler.status(), more: false };
    await this.#transport.send((writer) => writeResultEnd(writer, end, this.#capabilities));
  }

  async #setOption(option: number): Promise<void> {
    if (option > 1) throw new ProtocolError('unknown_command', `unknown option ${option}`);
    this.#handler.setMultiStatements(option === 0);
    await this.#eof();
  }

  async #eof(): Promise<void> {
    const end = { warnings: 0, status: this.#handler.status(), more: false };
    await this.#transport.send((writer) => writeEof(writer, end));
  }

  #reply(format: ResultFormat): CommandReply {
    return new CommandReply(this.#transport, this.#capabilities, format, () => this.#handler.status());
  }

  #cursorReply(statementId: number): CursorReply {
    const open = (): RowSpool => this.#statements.openCursor(statementId);
    return new CursorReply(this.#transport, this.#capabilities, open, this.#reply('binary'));
  }

  async #replied<T extends CommandReply | CursorReply>(
    reply: T,
    run: (reply: T) => Promise<void>,
  ): Promise<void> {
    await run(reply);
    if (!reply.isComplete) throw new ProtocolError('no_answer', 'the server has no answer to this statement');
  }
}
