import { type ChangeUser, readChangeUser } from './change-user.ts';
import { PacketReader } from '../reader.ts';

/** Command bytes (manual: "Command Phase"). Those missing here are answered as unknown. */
const code = {
  QUIT: 1,
  INIT_DB: 2,
  QUERY: 3,
  FIELD_LIST: 4,
  REFRESH: 7,
  STATISTICS: 9,
  PROCESS_KILL: 12,
  DEBUG: 13,
  PING: 14,
  CHANGE_USER: 17,
  STMT_PREPARE: 22,
  STMT_EXECUTE: 23,
  STMT_SEND_LONG_DATA: 24,
  STMT_CLOSE: 25,
  STMT_RESET: 26,
  SET_OPTION: 27,
  STMT_FETCH: 28,
  RESET_CONNECTION: 31,
} as const;

export type Command =
  | Readonly<{ kind: 'quit' }>
  | Readonly<{ kind: 'statistics' }>
  | Readonly<{ kind: 'debug' | 'ping' | 'refresh' | 'reset_connection' }>
  | Readonly<{ kind: 'init_db'; database: string }>
  | Readonly<{ kind: 'query'; text: string }>
  | Readonly<{ kind: 'prepare'; text: string }>
  | Readonly<{ kind: 'field_list'; table: string; pattern: string }>
  | Readonly<{ kind: 'process_kill'; connectionId: number }>
  | Readonly<{ kind: 'change_user'; request: ChangeUser }>
  /** `parameters` stands behind the fixed fields: its form depends on the statement. */
  | Readonly<{ kind: 'execute'; statementId: number; wantsCursor: boolean; parameters: PacketReader }>
  | Readonly<{ kind: 'send_long_data'; statementId: number; parameter: number; data: Buffer }>
  | Readonly<{ kind: 'close_statement' | 'reset_statement'; statementId: number }>
  /** At most `rows` of the statement's cursor. */
  | Readonly<{ kind: 'fetch'; statementId: number; rows: number }>
  /** 0 turns multi-statements on, 1 off; there are no other options. */
  | Readonly<{ kind: 'set_option'; option: number }>
  | Readonly<{ kind: 'unknown'; code: number }>;

/** Decodes one command packet. Throws ProtocolError `malformed_packet`. */
export function readCommand(payload: Buffer, capabilities: number): Command {
  const reader = new PacketReader(payload);
  const command = reader.u8();
  switch (command) {
    case code.QUIT:
      return { kind: 'quit' };
    case code.STATISTICS:
      return { kind: 'statistics' };
    case code.DEBUG:
      return { kind: 'debug' };
    case code.PING:
      return { kind: 'ping' };
    case code.REFRESH:
      return { kind: 'refresh' };
    case code.RESET_CONNECTION:
      return { kind: 'reset_connection' };
    case code.INIT_DB:
      return { kind: 'init_db', database: reader.restText() };
    case code.QUERY:
      return { kind: 'query', text: reader.restText() };
    case code.FIELD_LIST:
      return { kind: 'field_list', table: reader.nulTerminatedText(), pattern: reader.restText() };
    case code.PROCESS_KILL:
      return { kind: 'process_kill', connectionId: reader.u32() };
    case code.CHANGE_USER:
      return { kind: 'change_user', request: readChangeUser(reader, capabilities) };
    case code.SET_OPTION:
      return { kind: 'set_option', option: reader.u16() };
    default:
      return readStatementCommand(command, reader);
  }
}

function readStatementCommand(command: number, reader: PacketReader): Command {
  switch (command) {
    case code.STMT_PREPARE:
      return { kind: 'prepare', text: reader.restText() };
    case code.STMT_EXECUTE:
      return readExecute(reader);
    case code.STMT_SEND_LONG_DATA:
      return {
        kind: 'send_long_data',
        statementId: reader.u32(),
        parameter: reader.u16(),
        data: Buffer.from(reader.rest()),
      };
    case code.STMT_CLOSE:
      return { kind: 'close_statement', statementId: reader.u32() };
    case code.STMT_RESET:
      return { kind: 'reset_statement', statementId: reader.u32() };
    case code.STMT_FETCH:
      return { kind: 'fetch', statementId: reader.u32(), rows: reader.u32() };
    default:
      return { kind: 'unknown', code: command };
  }
}

const cursorReadOnly = 0x01;

function readExecute(reader: PacketReader): Command {
  const statementId = reader.u32();
  const wantsCursor = (reader.u8() & cursorReadOnly) !== 0;
  reader.skip(4); // iterations, always 1
  return { kind: 'execute', statementId, wantsCursor, parameters: reader };
}
