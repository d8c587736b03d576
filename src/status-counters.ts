import type { Clock } from './base/clock.ts';
import { isExpected, type StoreCounters } from './repository/layers/observe.ts';

/** MySQL's counters of statements that monitors ask for, by the first words that they are told by. */
const commands: readonly (readonly [name: string, words: RegExp])[] = [
  ['Com_select', /^(?:select|with|values|table)\b/i],
  ['Com_insert', /^insert\b/i],
  ['Com_replace', /^replace\b/i],
  ['Com_update', /^update\b/i],
  ['Com_delete', /^delete\b/i],
  ['Com_set_option', /^set\b/i],
  ['Com_change_db', /^use\b/i],
  ['Com_begin', /^(?:begin|start\s+transaction)\b/i],
  ['Com_commit', /^commit\b/i],
  ['Com_rollback', /^rollback\b/i],
  ['Com_create_table', /^create\s+(?:temporary\s+)?table\b/i],
  ['Com_create_db', /^create\s+(?:database|schema)\b/i],
  ['Com_alter_table', /^alter\s+table\b/i],
  ['Com_drop_table', /^drop\s+(?:temporary\s+)?table\b/i],
  ['Com_truncate', /^truncate\b/i],
  ['Com_call_procedure', /^call\b/i],
  ['Com_kill', /^kill\b/i],
];

/** Blanks, comments and brackets before a statement's first word. An executed comment is none. */
const beforeFirstWord = /^(?:[\s(]|\/\*(?!!)[^]*?\*\/|(?:#|--\s)[^\n]*\n)+/;
/** The first words of a statement are among as many characters. */
const headLength = 1_024;

/** What the server counts, for SHOW STATUS. */
export class StatusCounters implements StoreCounters {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #others: StoreCounters | undefined;
  #storeCalls = 0;
  #storeFailures = 0;
  #storeRetries = 0;
  #questions = 0;
  #connections = 0;
  #connectionsMost = 0;
  readonly #commands = new Map(commands.map(([name]) => [name, 0]));

  /** `others` are told of calls of stores, too. */
  constructor(clock: Clock, others?: StoreCounters) {
    this.#clock = clock;
    this.#others = others;
    this.#startedAt = clock.now();
  }

  called(call: Parameters<StoreCounters['called']>[0]): void {
    this.#others?.called(call);
    this.#storeCalls += 1;
    if (!isExpected(call.outcome)) this.#storeFailures += 1;
  }

  retried(kind: Parameters<StoreCounters['retried']>[0]): void {
    this.#others?.retried(kind);
    this.#storeRetries += 1;
  }

  /** A statement of a client. */
  asked(text: string): void {
    this.#questions += 1;
    const head = text.slice(0, headLength).replace(beforeFirstWord, '');
    const name = commands.find(([, words]) => words.test(head))?.[0];
    if (name !== undefined) this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
  }

  /** A connection that has logged in, one of `connections` at this time. */
  entered(connections: number): void {
    this.#connections += 1;
    this.#connectionsMost = Math.max(this.#connectionsMost, connections);
  }

  /** By MySQL's names where it has the counter. */
  read(connections: number): ReadonlyMap<string, string> {
    const uptime = Math.floor((this.#clock.now() - this.#startedAt) / 1_000);
    return new Map([
      ['Uptime', String(uptime)],
      ['Uptime_since_flush_status', String(uptime)],
      ['Connections', String(this.#connections)],
      ['Max_used_connections', String(this.#connectionsMost)],
      ['Threads_connected', String(connections)],
      ['Threads_running', '1'],
      ['Questions', String(this.#questions)],
      ['Queries', String(this.#questions)],
      ...[...this.#commands].map(([name, count]): [string, string] => [name, String(count)]),
      ['Holdfast_store_calls', String(this.#storeCalls)],
      ['Holdfast_store_failures', String(this.#storeFailures)],
      ['Holdfast_store_retries', String(this.#storeRetries)],
    ]);
  }
}
