import { unreachable } from '../base/assert.ts';
import { framePayloadMax } from '../wire/framing.ts';
import { PacketReader } from '../wire/reader.ts';
import { readErr } from './packets.ts';
import type { ServerError } from '../base/server-error.ts';

/**
 * The form of a command's answer (manual: "Command Phase"): `single` is one OK, EOF or ERR; `text` one packet of any
 * content; `results` that of QUERY and EXECUTE; `rows` has no head (FETCH, FIELD_LIST); `prepare` that of PREPARE.
 */
export type AnswerForm = 'single' | 'text' | 'results' | 'rows' | 'prepare';

export type AnswerOptions = Readonly<{
  form: AnswerForm;
  /** DEPRECATE_EOF with the server, and with the client. The client has it where the server has it. */
  serverDeprecatesEof: boolean;
  clientDeprecatesEof: boolean;
  /** Another answer will follow this one: the client is told so by MORE_RESULTS. */
  more: boolean;
  /** The number by which the client is to know the statement that is prepared. */
  statementId?: number;
}>;

/** What becomes of a packet: it passes (perhaps changed in place), is left out, or another takes its place. */
export type Verdict = 'pass' | 'drop' | Buffer;

const okHeader = 0x00;
const localInfileHeader = 0xfb;
const eofHeader = 0xfe;
const errHeader = 0xff;
/** A packet that begins with 0xFE and is longer is a row, whose first value is longer than 16 MB. */
const eofBytesMax = 8;

/** SERVER_STATUS_* of the manual. */
const moreResultsExist = 0x0008;
const cursorExists = 0x0040;

/** In EOF the flags follow header and warnings. */
const eofStatusAt = 3;

type Stage = 'head' | 'columns' | 'columns_end' | 'rows' | 'done';

/**
 * Follows one answer packet by packet: says what goes to the client, and when it is over. Rows are not looked into.
 * Give it the first frame of each packet; frames that continue one always pass.
 */
export class AnswerReader {
  readonly #options: AnswerOptions;
  #stage: Stage;
  /** Definitions still to come, in groups that each have an end of their own. */
  #definitions: number[] = [];
  /** Flags of the newest OK or EOF; undefined when there was none. */
  status: number | undefined;
  /** The ERR that ended the answer. */
  error: ServerError | undefined;
  /** The number the server gave to the statement that was prepared. */
  statementId: number | undefined;
  /** The server asks for a file of the client: an empty packet is the refusal. */
  wantsFile = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#stage = options.form === 'rows' ? 'rows' : 'head';
  }

  get isDone(): boolean {
    return this.#stage === 'done';
  }

  /** True for a packet that is a row for sure: the caller need not ask what becomes of it. */
  isPlainRow(firstByte: number): boolean {
    return this.#stage === 'rows' && firstByte < eofHeader;
  }

  read(payload: Buffer): Verdict {
    if (payload[0] === errHeader && this.#stage !== 'done') return this.#fail(payload);
    switch (this.#stage) {
      case 'head':
        return this.#head(payload);
      case 'columns':
        return this.#column();
      case 'columns_end':
        return this.#columnsEnd(payload);
      case 'rows':
        return this.#row(payload);
      case 'done':
        return 'drop';
      default:
        return unreachable(this.#stage);
    }
  }

  #fail(payload: Buffer): Verdict {
    this.#stage = 'done';
    this.error = readErr(payload);
    return 'pass';
  }

  #head(payload: Buffer): Verdict {
    switch (this.#options.form) {
      case 'text':
        this.#stage = 'done';
        return 'pass';
      case 'prepare':
        return this.#prepared(payload);
      case 'single':
        return payload[0] === eofHeader ? this.#eof(payload, eofStatusAt) : this.#ok(payload);
      default:
        return this.#resultHead(payload);
    }
  }

  #resultHead(payload: Buffer): Verdict {
    if (payload[0] === okHeader) return this.#ok(payload);
    if (payload[0] === localInfileHeader) {
      this.wantsFile = true;
      return 'drop';
    }
    this.#define(Number(new PacketReader(payload).lengthEncodedInteger()));
    return 'pass';
  }

  /** COM_STMT_PREPARE_OK: the definitions of parameters come before those of columns. */
  #prepared(payload: Buffer): Verdict {
    const reader = new PacketReader(payload);
    reader.skip(1);
    this.statementId = reader.u32();
    const columns = reader.u16();
    const parameters = reader.u16();
    if (this.#options.statementId !== undefined) payload.writeUInt32LE(this.#options.statementId, 1);
    this.#define(parameters, columns);
    return 'pass';
  }

  #define(...counts: readonly number[]): void {
    this.#definitions = counts.filter((count) => count > 0);
    this.#stage = this.#definitions.length > 0 ? 'columns' : this.#afterDefinitions();
  }

  #column(): Verdict {
    const left = (this.#definitions[0] ?? 0) - 1;
    this.#definitions[0] = left;
    if (left > 0) return 'pass';
    this.#definitions.shift();
    if (!this.#options.serverDeprecatesEof) this.#stage = 'columns_end';
    else if (this.#definitions.length === 0) this.#stage = this.#afterDefinitions();
    return 'pass';
  }

  #columnsEnd(payload: Buffer): Verdict {
    const status = statusAt(payload, eofStatusAt);
    // A cursor is open: its rows come by FETCH.
    if (this.#options.form === 'results' && (status & cursorExists) !== 0) return this.#resultEnd(payload);
    this.status = status;
    this.#stage = this.#definitions.length > 0 ? 'columns' : this.#afterDefinitions();
    return this.#options.clientDeprecatesEof ? 'drop' : 'pass';
  }

  #afterDefinitions(): Stage {
    return this.#options.form === 'prepare' ? 'done' : 'rows';
  }

  #row(payload: Buffer): Verdict {
    const bytesMax = this.#options.serverDeprecatesEof ? framePayloadMax - 1 : eofBytesMax;
    return payload[0] === eofHeader && payload.length <= bytesMax ? this.#resultEnd(payload) : 'pass';
  }

  #resultEnd(payload: Buffer): Verdict {
    if (this.#options.serverDeprecatesEof) return this.#ok(payload);
    this.#eof(payload, eofStatusAt);
    return this.#options.clientDeprecatesEof ? okOfEof(payload) : 'pass';
  }

  #ok(payload: Buffer): Verdict {
    const reader = new PacketReader(payload);
    reader.skip(1);
    reader.lengthEncodedInteger(); // affected rows
    reader.lengthEncodedInteger(); // last insert id
    return this.#eof(payload, payload.length - reader.remaining);
  }

  /** Flags stand at `offset`. */
  #eof(payload: Buffer, offset: number): Verdict {
    const status = statusAt(payload, offset);
    this.status = status;
    if ((status & moreResultsExist) !== 0) {
      this.#stage = 'head';
      return 'pass';
    }
    this.#stage = 'done';
    if (this.#options.more) payload.writeUInt16LE(status | moreResultsExist, offset);
    return 'pass';
  }
}

/** Throws ProtocolError for a packet that ends before its flags. */
function statusAt(payload: Buffer, offset: number): number {
  const reader = new PacketReader(payload);
  reader.skip(offset);
  return reader.u16();
}

/** With DEPRECATE_EOF rows end with an OK packet under EOF's header; it has flags before warnings. */
function okOfEof(eof: Buffer): Buffer {
  return Buffer.concat([Buffer.of(eofHeader, 0, 0), eof.subarray(3, 5), eof.subarray(1, 3)]);
}
