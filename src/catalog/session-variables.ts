import type { Cell } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import { parseTimeZone } from '../sql/rewrite/time-zone.ts';
import { characterValue, companionOf } from './character-variables.ts';
import { storageEngine } from './storage-engines.ts';
import { readSqlMode } from './sql-mode.ts';
import type { Variable } from './variable.ts';

/** MySQL 5.7's names of these three are still sent by drivers; both names are one variable. */
const aliases: Readonly<Record<string, string>> = {
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
  storage_engine: 'default_storage_engine',
};

/** Integers that a client compares as numbers, `ON` and `OFF` for flags: what SHOW VARIABLES prints. */
export function shownValue(variable: Variable, value: Cell): string {
  if (value === null) return '';
  if (variable.type === 'boolean') return Number(value) === 1 ? 'ON' : 'OFF';
  return String(value as string | number | bigint);
}

/** The server's variables: what new sessions begin with. Changes by SET GLOBAL last until the server stops. */
export class GlobalVariables {
  readonly #known: ReadonlyMap<string, Variable>;
  readonly #values = new Map<string, Cell>();

  constructor(known: ReadonlyMap<string, Variable>) {
    this.#known = known;
  }

  find(name: string): Variable | undefined {
    return this.#known.get(canonical(name));
  }

  names(): readonly string[] {
    return [...this.#known.keys()].sort();
  }

  get(name: string): Cell | undefined {
    const variable = this.find(name);
    if (variable === undefined) return undefined;
    const set = this.#values.get(variable.name);
    return set === undefined ? variable.default : set;
  }

  /** `undefined` puts the start value back. Throws SqlError for an unknown, fixed or ill-typed variable. */
  set(name: string, value: Cell | undefined): void {
    const variable = this.writable(name);
    if (value === undefined) this.#values.delete(variable.name);
    else this.#values.set(variable.name, checked(variable, value));
  }

  /** What SET GLOBAL has changed until now, by name. */
  changed(): ReadonlyMap<string, Cell> {
    return new Map(this.#values);
  }

  /** The variable, if SET may touch it. */
  writable(name: string): Variable {
    const variable = this.find(name);
    if (variable === undefined) throw unknownVariable(name);
    if (variable.readOnly) {
      throw new SqlError('read_only_variable', `Variable '${variable.name}' is a read only variable`);
    }
    return variable;
  }
}

/** What a session's own state makes of variables that nobody has set. */
export type SessionFacts = Readonly<{
  connectionId: number;
  lastInsertId: () => bigint;
  warningCount: () => number;
  errorCount: () => number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** CLIENT_INTERACTIVE: waited for as long as interactive_timeout says. */
  isInteractive?: boolean;
  /** What the client asked for when it logged in; the server's where it is absent. */
  collation?: string;
}>;

/**
 * One session's variables. It begins with the server's, and a later SET GLOBAL changes later sessions only (MySQL 8.0
 * Reference Manual, "System Variable Assignment").
 */
export class SessionVariables {
  readonly global: GlobalVariables;
  readonly #facts: SessionFacts | undefined;
  /** Those that differ from the start values. */
  readonly #values = new Map<string, Cell>();

  constructor(global: GlobalVariables, facts?: SessionFacts) {
    this.global = global;
    this.#facts = facts;
    this.reset();
  }

  /** Lower or upper case, with or without `session.`/`global.` in front; undefined for an unknown name. */
  get(name: string): Cell | undefined {
    const { scope, bare } = scoped(name);
    if (scope === 'global') {
      if (!sessionOnly.has(canonical(bare))) return this.global.get(bare);
      throw new SqlError('read_only_variable', `Variable '${canonical(bare)}' is a SESSION variable`);
    }
    const value = this.#values.get(canonical(bare));
    if (value !== undefined) return value;
    return this.#computed(canonical(bare)) ?? this.global.find(bare)?.default;
  }

  isOn(name: string): boolean {
    return Number(this.get(name)) === 1;
  }

  /**
   * Sets a session value; `undefined` takes the server's of now. Returns false for a name that is no variable of
   * ours: clients set variables of other servers, which is worth a warning and no failure.
   */
  set(name: string, value: Cell | undefined): boolean {
    if (this.global.find(name) === undefined) return false;
    const variable = this.global.writable(name);
    const next = value === undefined ? this.#default(variable) : checked(variable, value);
    this.#put(variable.name, next);
    const shown = next ?? variable.default;
    const companion = typeof shown === 'string' ? companionOf(variable.name, shown) : undefined;
    if (companion !== undefined) this.#put(companion.name, companion.value);
    return true;
  }

  /** True for a value that is not the one with which the session began. */
  isSet(name: string): boolean {
    return this.get(name) !== (this.#computed(canonical(name)) ?? this.global.find(name)?.default);
  }

  /** What SET … = DEFAULT means: the server's value, also where the client began with another. */
  #default(variable: Variable): Cell | undefined {
    const global = this.global.changed().get(variable.name);
    return global ?? (this.#computed(variable.name) === undefined ? undefined : variable.default);
  }

  #put(name: string, value: Cell | undefined): void {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  /** Begins again, as a new session does. */
  reset(): void {
    this.#values.clear();
    for (const [name, value] of this.global.changed()) this.#values.set(name, value);
    if (this.#facts?.isInteractive === true)
      this.#put('wait_timeout', this.global.get('interactive_timeout'));
  }

  #computed(name: string): Cell | undefined {
    switch (name) {
      case 'pseudo_thread_id':
        return this.#facts?.connectionId;
      case 'last_insert_id':
      case 'identity':
        return this.#facts?.lastInsertId();
      case 'warning_count':
        return this.#facts?.warningCount();
      case 'error_count':
        return this.#facts?.errorCount();
      case 'timestamp':
        return this.#facts && this.#facts.now() / 1_000;
      case 'collation_connection':
        return this.#facts?.collation;
      default:
        return undefined;
    }
  }
}

/** Of MySQL, too, these belong to a session alone. */
const sessionOnly: ReadonlySet<string> = new Set(
  'timestamp last_insert_id identity insert_id rand_seed1 rand_seed2 warning_count error_count sql_log_bin'.split(
    ' ',
  ),
);

/** These are the whole server's, and can be changed in MySQL. */
const changingGlobals: ReadonlySet<string> = new Set(
  (
    'max_connections general_log slow_query_log event_scheduler read_only super_read_only local_infile ' +
    'require_secure_transport table_open_cache thread_cache_size key_buffer_size innodb_buffer_pool_size ' +
    'default_password_lifetime stored_program_cache max_prepared_stmt_count server_id'
  ).split(' '),
);

/** Throws MySQL's 1228 and 1229 where the variable has no value in the scope that SET names. */
export function requireScope(name: string, isGlobal: boolean): void {
  const bare = canonical(name);
  if (isGlobal && sessionOnly.has(bare)) {
    throw new SqlError(
      'session_variable',
      `Variable '${bare}' is a SESSION variable and can't be used with SET GLOBAL`,
    );
  }
  if (isGlobal || !changingGlobals.has(bare)) return;
  throw new SqlError(
    'global_variable',
    `Variable '${bare}' is a GLOBAL variable and should be set with SET GLOBAL`,
  );
}

export function unknownVariable(name: string): SqlError {
  return new SqlError('unknown_system_variable', `Unknown system variable '${name}'`);
}

function scoped(name: string): { scope: 'session' | 'global'; bare: string } {
  const match = /^(session|local|global|persist|persist_only)\.(.*)$/is.exec(name);
  if (match === null) return { scope: 'session', bare: name };
  const scope = /^(?:session|local)$/i.test(match[1] ?? '') ? 'session' : 'global';
  return { scope, bare: match[2] ?? '' };
}

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return aliases[lower] ?? lower;
}

function checked(variable: Variable, value: Cell): Cell {
  if (value === null) return nullValue(variable);
  if (variable.type === 'boolean') return flagValue(variable, value);
  if (variable.type === 'text') return textValue(variable, value);
  return numberValue(variable, value);
}

/** Tableau sends `SET character_set_results = NULL`. */
function nullValue(variable: Variable): Cell {
  if (variable.name.startsWith('character_set_')) return null;
  throw wrongValue(variable, 'NULL');
}

function flagValue(variable: Variable, value: Cell): Cell {
  const text = String(value as string | number | bigint | boolean).toUpperCase();
  if (['1', 'ON', 'TRUE', 'YES'].includes(text)) return 1;
  if (['0', 'OFF', 'FALSE', 'NO'].includes(text)) return 0;
  throw wrongValue(variable, text);
}

function textValue(variable: Variable, value: Cell): Cell {
  const text =
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value as string | number);
  if (variable.name === 'sql_mode') return sqlModeValue(variable, text);
  if (variable.name === 'time_zone') return timeZoneValue(text);
  if (engineVariables.has(variable.name)) return storageEngine(text);
  if (variable.choices === undefined) return characterValue(variable.name, text) ?? text;
  const found =
    typeof value === 'number'
      ? variable.choices[value]
      : variable.choices.find((choice) => choice.toUpperCase() === text.toUpperCase());
  if (found === undefined) throw wrongValue(variable, text);
  // No connection has CLIENT_OPTIONAL_RESULTSET_METADATA.
  if (variable.name === 'resultset_metadata' && found === 'NONE')
    throw new SqlError('no_optional_metadata', "The client doesn't support optional metadata transfer");
  return found;
}

const engineVariables: ReadonlySet<string> = new Set([
  'default_storage_engine',
  'default_tmp_storage_engine',
]);

function sqlModeValue(variable: Variable, text: string): Cell {
  const read = readSqlMode(text);
  if (read.kind === 'unknown') throw wrongValue(variable, read.word);
  return read.text;
}

function timeZoneValue(text: string): Cell {
  if (parseTimeZone(text) !== undefined) return text;
  throw new SqlError('unknown_time_zone', `Unknown or incorrect time zone: '${text}'`);
}

/** Out of range is clamped, as MySQL does with a warning. */
function numberValue(variable: Variable, value: Cell): Cell {
  const text = String(value as string | number | bigint | boolean).trim();
  const form = variable.type === 'float' ? /^[+-]?\d+(?:\.\d+)?$/ : /^[+-]?\d+$/;
  if (!form.test(text)) {
    throw new SqlError('wrong_variable_type', `Incorrect argument type to variable '${variable.name}'`);
  }
  const number = variable.type === 'float' ? Number(text) : exactInteger(text);
  if (variable.min !== undefined && number < variable.min) return variable.min;
  if (variable.max !== undefined && number > variable.max) return variable.max;
  return number;
}

/** A bigint beyond 2^53, where numbers have gaps. */
function exactInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text.replace(/^\+/, ''));
}

function wrongValue(variable: Variable, value: string): SqlError {
  return new SqlError(
    'wrong_variable_value',
    `Variable '${variable.name}' can't be set to the value of '${value}'`,
  );
}
