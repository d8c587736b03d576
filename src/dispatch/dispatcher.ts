import type { Cell, Column, UserVariable } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import { globalProject } from '../metastore/key.ts';
import { NotOwnerError } from '../metastore/ownership.ts';
import { bindParameters } from '../source/duckdb/statement/parameters.ts';
import { shownTable } from '../catalog/show/shown-table.ts';
import { classify, type StatementClass } from '../sql/classifier.ts';
import { parseDescribe } from '../sql/describe.ts';
import { parseDialect } from '../sql/dialect.ts';
import { isOfConnection, parseExplainConnection } from '../sql/explain-connection.ts';
import { readIntoVariables } from '../sql/into-variables.ts';
import { parseKill } from '../sql/kill.ts';
import { tokenize } from '../sql/lexer.ts';
import { parseMaintenance } from '../sql/maintenance.ts';
import { quoteName } from '../sql/quote.ts';
import { parseReset } from '../sql/reset.ts';
import { parseResourceGroup } from '../sql/resource-group.ts';
import { parseSet } from '../sql/set.ts';
import { parseShow } from '../sql/show.ts';
import type { DatabaseName } from '../sql/statement.ts';
import type { Token } from '../sql/token.ts';
import { parseTransaction } from '../sql/transaction.ts';
import { parseUse } from '../sql/use.ts';
import { syntaxErrorNear, syntaxErrorOfUnknown } from '../sql/position.ts';
import { type Answer, okAnswer, rowsAnswer, type StatementText } from './answer.ts';
import { type Call, headOrAll } from './call.ts';
import { runDialect } from './dialect-statements.ts';
import { type Elsewhere, elsewhere } from './elsewhere.ts';
import {
  describeQuery,
  runDefinition,
  runDo,
  runOnEngine,
  runSelect,
  valueOf,
  withoutOwnCatalog,
} from './engine-statements.ts';
import { asSqlError } from './failures.ts';
import { forward } from './forward.ts';
import { withoutLiveCalls } from './live-calls.ts';
import { lexingOf } from './lexing.ts';
import { classRules, dialectRules, enforce, showRules } from './access-rules.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';
import { account } from './statements/account.ts';
import { explainConnection } from './statements/explain-connection.ts';
import { requireAsMany } from './statements/into-variables.ts';
import { kill } from './statements/kill.ts';
import { maintenance } from './statements/maintenance.ts';
import { prepared } from './statements/prepare.ts';
import { reset } from './statements/reset.ts';
import { resourceGroup } from './statements/resource-group.ts';
import { set } from './statements/set.ts';
import { describe, show } from './statements/show.ts';
import { transaction } from './statements/transaction.ts';
import { use } from './statements/use.ts';
import { unknownProcedure } from './unknown-procedure.ts';

/** Statements whose result has columns that can be asked for before running them. */
const engineClasses: ReadonlySet<StatementClass> = new Set(['select', 'dml']);
/** Statements in whose tables the catalog may be named. */
const namesTables: ReadonlySet<StatementClass> = new Set(['select', 'dml', 'explain']);
/** What belongs to no database is written by one node, which sees all that its statements have to look at. */
const globalChanges: ReadonlySet<string> = new Set([
  'create_repository',
  'alter_repository',
  'drop_repository',
  'drop_snapshot',
  'clean_repository',
  'create_catalog',
  'alter_catalog',
  'drop_catalog',
  'admin_set_config',
  'set_maintenance',
  'rollback_metadata',
  'create_metadata_store',
  'drop_metadata_store',
]);
/** Statements that can be run to find out their columns: they change nothing. */
const showClasses: ReadonlySet<StatementClass> = new Set(['show', 'describe']);

/** Takes every statement to the part that answers it. */
export class Dispatcher {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Runs one statement. Throws SqlError for everything a user can cause. */
  async run(statement: StatementText, state: SessionState, signal: AbortSignal): Promise<Answer> {
    const { text, parameters } = statement;
    try {
      const tokens = headOrAll(text, lexingOf(state));
      const kind = classify(tokens);
      if (parameters.length === 0) refuseParameters(tokens, text);
      const own = namesTables.has(kind) ? withoutOwnCatalog({ text, tokens }, state) : { text, tokens };
      if (engineClasses.has(kind) || parameters.length === 0) {
        return await this.#route(kind, { ...own, parameters, state, signal });
      }
      const bound = bindParameters(own.text, parameters, lexingOf(state));
      return await this.#route(kind, {
        text: bound,
        tokens: tokenize(bound, lexingOf(state)),
        parameters: [],
        state,
        signal,
      });
    } catch (error) {
      throw asSqlError(error, signal);
    }
  }

  /**
   * Runs a statement that another node has forwarded, since this one is the owner. Throws SqlError, also when it is the
   * owner no more: a statement travels once.
   */
  async runForwarded(text: string, state: SessionState, signal: AbortSignal): Promise<Answer> {
    try {
      const tokens = tokenize(text, lexingOf(state));
      return await this.#routeHere(classify(tokens), { text, tokens, parameters: [], state, signal });
    } catch (error) {
      if (error instanceof NotOwnerError) throw changedHands(error);
      throw asSqlError(error, signal);
    }
  }

  /** The parameters and the columns of a statement that is being prepared. */
  async describe(
    text: string,
    state: SessionState,
    signal: AbortSignal,
  ): Promise<Readonly<{ columns: readonly Column[]; parameterCount: number }>> {
    const services = this.#services;
    try {
      const tokens = tokenize(text, lexingOf(state));
      const kind = classify(tokens);
      const parameterCount = tokens.filter((token) => token.kind === 'parameter').length;
      if (kind === 'prepare') throw notPreparable();
      if (kind === 'unknown') throw syntaxErrorOfUnknown(text);
      if (engineClasses.has(kind)) {
        const into = kind === 'select' ? readIntoVariables(tokens, text) : undefined;
        const read =
          into === undefined
            ? { text, tokens }
            : { text: into.text, tokens: tokenize(into.text, lexingOf(state)) };
        const own = withoutOwnCatalog(read, state).text;
        const plain = kind === 'select' ? withoutLiveCalls(own, state) : { text: own, arguments: [] };
        for (const select of plain.arguments) await describeQuery(select, services, state, signal);
        const columns = await describeQuery(plain.text, services, state, signal);
        if (into !== undefined) requireAsMany(columns, into.variables);
        return { columns: into === undefined ? columns : [], parameterCount };
      }
      const isShow = showClasses.has(kind) || (kind === 'dialect' && tokens[0]?.upper === 'SHOW');
      if (!isShow || parameterCount > 0) return { columns: [], parameterCount };
      const answer = await this.#route(kind, { text, tokens, parameters: [], state, signal });
      return { columns: answer.kind === 'rows' ? answer.result.columns : [], parameterCount };
    } catch (error) {
      throw asSqlError(error, signal);
    }
  }

  /** Where a statement is answered, when not here. Throws SqlError. */
  elsewhere(text: string, state: SessionState): Elsewhere | undefined {
    return elsewhere(text, this.#services, state);
  }

  /** The same of COM_INIT_DB. */
  useElsewhere(name: string, state: SessionState): Elsewhere | undefined {
    const { catalog = state.catalog, database } = this.#databaseOf(name);
    return elsewhere(`USE ${quoteName(catalog)}.${quoteName(database)}`, this.#services, state);
  }

  /** False while there is no external catalog at all: nobody need look for one. */
  hasElsewhere(): boolean {
    return this.#services.catalogs.names().length > 1;
  }

  /** True when the server of an external catalog answers what this session asks without naming a catalog. */
  isElsewhere(state: SessionState): boolean {
    if (!this.#services.catalogs.isExternal(state.catalog)) return false;
    state.access.requireSystem('ADMIN');
    return true;
  }

  /** COM_INIT_DB: a plain name, or `catalog.database` as StarRocks' clients send it. */
  use(name: string, state: SessionState): void {
    use(this.#databaseOf(name), this.#services, state);
  }

  #databaseOf(name: string): DatabaseName {
    const [catalog, ...rest] = name.split('.');
    const isQualified =
      rest.length > 0 && catalog !== undefined && this.#services.catalogs.names().includes(catalog);
    return isQualified ? { catalog, database: rest.join('.') } : { database: name };
  }

  /** Runs a statement here, or on the node whose it is. */
  async #route(kind: StatementClass, call: Call): Promise<Answer> {
    try {
      return await this.#routeHere(kind, call);
    } catch (error) {
      if (!(error instanceof NotOwnerError)) throw error;
      return forward(call.text, error, this.#services, call.state, call.signal);
    }
  }

  async #routeHere(kind: StatementClass, call: Call): Promise<Answer> {
    const { text, tokens, state, signal } = call;
    const services = this.#services;
    if (kind !== 'dialect' && kind !== 'show') enforce(classRules[kind], state.access);
    switch (kind) {
      case 'comment_only':
        return okAnswer;
      case 'flush':
        return this.#flush(call);
      case 'reset':
        return reset(parseReset(tokens, text));
      case 'resource_group':
        return resourceGroup(parseResourceGroup(tokens, text));
      case 'dialect':
        return this.#dialect(call);
      case 'show':
        return this.#show(call);
      case 'describe':
        return describe(parseDescribe(tokens, text), services, state);
      case 'set':
        return this.#set(call);
      case 'use':
        use(parseUse(tokens, text), services, state);
        return okAnswer;
      case 'select':
        return runSelect(call, services);
      case 'dml':
        return runOnEngine(call, services);
      case 'explain':
        return this.#explain(call);
      case 'ddl':
        return runDefinition(call, services);
      case 'transaction':
        return transaction(parseTransaction(tokens, text), services, state, signal);
      case 'account':
        return this.#account(call);
      case 'prepare':
        return prepared(tokens, text, state, {
          describe: async (inner) => this.describe(inner, state, signal),
          run: async (statement) => this.run(statement, state, signal),
        });
      case 'kill':
        return this.#kill(call);
      case 'load':
        throw new SqlError('loading_local_data_disabled', 'Loading local data is disabled');
      case 'maintenance':
        return maintenance(parseMaintenance(tokens, text), state, signal);
      case 'do':
        return runDo(call, services);
      case 'call':
        throw unknownProcedure(tokens, state);
      case 'help':
        return rowsAnswer(noHelp);
      case 'unknown':
        throw syntaxErrorOfUnknown(text);
    }
  }

  /** Nothing of ours has to be flushed but what accounts have used of their limits. */
  #flush({ tokens, state }: Call): Answer {
    if (!tokens.some(({ upper }) => upper === 'USER_RESOURCES')) return okAnswer;
    state.access.requireSystem('OPERATE');
    this.#services.hourlyUse.reset();
    return okAnswer;
  }

  async #dialect({ text, state, signal }: Call): Promise<Answer> {
    const statement = parseDialect(text);
    enforce(dialectRules[statement.kind], state.access);
    const { node } = this.#services;
    if (globalChanges.has(statement.kind)) await node.ownership.require(globalProject);
    // A backup holds what had been written anywhere when it was asked for.
    if (statement.kind === 'backup_metadata') await node.catchUp();
    return runDialect(statement, this.#services, state, signal);
  }

  async #show({ text, tokens, state, signal }: Call): Promise<Answer> {
    const statement = parseShow(tokens, text);
    enforce(showRules[statement.form], state.access);
    return show(statement, this.#services, state, signal);
  }

  async #explain(call: Call): Promise<Answer> {
    const { text, tokens, state } = call;
    if (!isOfConnection(tokens)) return runOnEngine(call, this.#services);
    return explainConnection(parseExplainConnection(tokens, text), this.#services, state);
  }

  async #kill(call: Call): Promise<Answer> {
    const { text, tokens, state } = call;
    // In brackets, so that nothing behind the expression is taken for its alias.
    const evaluate = async (expression: string): Promise<Cell> =>
      (await valueOf(`(${expression})`, call, this.#services)).value;
    return kill(parseKill(tokens, text), { services: this.#services, state, evaluate });
  }

  async #account({ text, tokens, state }: Call): Promise<Answer> {
    await this.#services.node.ownership.require(globalProject);
    return account(tokens, text, this.#services, state);
  }

  async #set(call: Call): Promise<Answer> {
    const { text, tokens, state, signal } = call;
    const evaluate = async (expression: string): Promise<UserVariable> =>
      valueOf(expression, call, this.#services);
    const wasAutocommit = state.variables.isOn('autocommit');
    const answer = await set(parseSet(tokens, text), {
      state,
      evaluate,
      requireGlobal: () => state.access.requireSystem('OPERATE'),
    });
    // Switching it on ends the transaction that is open (MySQL manual, "START TRANSACTION, COMMIT, and ROLLBACK").
    if (!wasAutocommit && state.variables.isOn('autocommit')) await state.engine.commit(signal);
    return answer;
  }
}

function changedHands({ project }: NotOwnerError): SqlError {
  const text = `'${project}' went to another node at this moment: nothing was done`;
  return new SqlError('lock_deadlock', text, { hint: 'Try the statement again.' });
}

/** There are no help texts; the columns are those of MySQL's answer when it finds nothing. */
const noHelp = shownTable(['name', 'is_it_category'], []);

/** `?` stands for a value in prepared statements alone. */
function refuseParameters(tokens: readonly Token[], text: string): void {
  const first = tokens.find((token) => token.kind === 'parameter');
  if (first !== undefined) throw syntaxErrorNear(text.slice(first.start));
}

function notPreparable(): SqlError {
  return new SqlError(
    'not_preparable',
    'This command is not supported in the prepared statement protocol yet',
  );
}
