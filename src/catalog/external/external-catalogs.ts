import { SqlError } from '../../base/sql-error.ts';
import { globalProject, typePrefix } from '../../metastore/key.ts';
import type { Metastore, Resource, Sandbox } from '../../metastore/metastore.ts';
import { unknownCatalog } from '../../source/known-name.ts';
import { type MysqlOptions, mysqlOptionsOf } from '../../source/mysql/options.ts';
import type { Properties } from '../../sql/statement.ts';
import { withholdSecrets } from './withheld.ts';
import {
  type CatalogDefinition,
  type CatalogRequest,
  type CatalogType,
  catalogKey,
  catalogTypes,
  type WithheldCatalog,
} from './definition.ts';

/** What the registry needs of others. */
export type ExternalCatalogParts = Readonly<{
  metastore: Metastore;
  seal: (plain: string) => string;
  unseal: (sealed: string) => string;
  /** Tries the connection; throws SqlError that says what to do. */
  tryConnection: (options: MysqlOptions, signal: AbortSignal) => Promise<void>;
  now: () => number;
  /** The catalog of `--source`: there as long as the server runs with it, changed by nobody. */
  fixed?: CatalogRequest;
}>;

/** The embedded engine's. */
export const internalCatalog = 'default_catalog';

/** StarRocks' rule (FeNameFormat): letters, digits and underscores, no digit first. */
const namePattern = /^[a-zA-Z_]\w{0,254}$/;
/** Ids begin here, as StarRocks' do. */
const firstId = 10_001;

type Known = Readonly<{ mark: string; options: MysqlOptions }>;

/** The external catalogs of this server: definitions in the metastore, read into options when first used. */
export class ExternalCatalogs {
  readonly #parts: ExternalCatalogParts;
  readonly #options = new Map<string, Known>();
  readonly #fixed: CatalogDefinition | undefined;

  /** Throws SqlError for a fixed catalog that is none. */
  constructor(parts: ExternalCatalogParts) {
    this.#parts = parts;
    this.#fixed = parts.fixed && fixedDefinition(parts.fixed, parts.seal);
  }

  /** In the order of their names. */
  list(): readonly CatalogDefinition[] {
    const kept = this.#parts.metastore.list(typePrefix(globalProject, 'catalog')).map(decode);
    const fixed = this.#fixed;
    if (fixed === undefined) return kept;
    return [fixed, ...kept.filter(({ name }) => name !== fixed.name)];
  }

  find(name: string): CatalogDefinition | undefined {
    const fixed = this.#fixed;
    if (fixed?.name === name) return fixed;
    const resource = this.#parts.metastore.get(catalogKey(name));
    return resource === undefined ? undefined : decode(resource);
  }

  get(name: string): CatalogDefinition {
    const definition = this.find(name);
    if (definition === undefined) throw unknownCatalog(name);
    return definition;
  }

  /** In clear text, in the order given: whoever shows them masks the secrets. */
  properties(name: string): Properties {
    return this.get(name).properties.map(([key, sealed]) => [key, this.#parts.unseal(sealed)]);
  }

  /**
   * How the catalog's server is reached: the same object until the definition changes. Throws SqlError for an unknown
   * catalog and for one whose secrets a backup left out.
   */
  options(name: string): MysqlOptions {
    const { missing } = this.get(name);
    if (missing.length > 0) throw secretsMissing(name, missing);
    const mark = this.#markOf(name);
    const known = this.#options.get(name);
    if (known?.mark === mark) return known.options;
    const options = readOptions(this.properties(name));
    this.#options.set(name, { mark, options });
    return options;
  }

  /** Tries the connection and remembers the catalog. Nothing is kept when that fails. */
  async create(
    request: CatalogRequest,
    choice: Readonly<{ ifNotExists: boolean }>,
    operator: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = request;
    this.checkName(name);
    if (this.find(name) !== undefined) {
      if (choice.ifNotExists) return;
      throw alreadyExists(name);
    }
    await this.#parts.tryConnection(readOptions(request.properties), signal);
    await this.#write(operator, (sandbox) => this.put(sandbox, request, 'new'));
  }

  /** Throws for a name that no catalog can have. */
  checkName(name: string): void {
    if (!namePattern.test(name)) throw analysis(`Incorrect catalog name '${name}'`);
    if (name === internalCatalog) throw alreadyExists(name);
  }

  /**
   * Writes a definition inside a unit of work. `new` throws when there is one; `replace` takes its place. For RESTORE,
   * which brings several in one step and without their secrets.
   */
  put(sandbox: Sandbox, request: CatalogRequest, mode: 'new' | 'replace'): void {
    const { name, comment, properties, missing = [] } = request;
    const found = sandbox.get(catalogKey(name));
    if (found !== undefined && mode === 'new') throw alreadyExists(name);
    const definition: CatalogDefinition = {
      id: found === undefined ? nextId(sandbox) : decode(found).id,
      name,
      type: typeOf(properties),
      ...(comment !== undefined && { comment }),
      properties: properties.map(([key, value]) => [key, this.#parts.seal(value)]),
      missing,
      createdAt: this.#parts.now(),
    };
    sandbox.put(catalogKey(name), definition);
  }

  /** A definition without its secrets. Throws SqlError for an unknown catalog. */
  withheld(name: string): WithheldCatalog {
    const { comment, missing } = this.get(name);
    const withheld = withholdSecrets(this.properties(name));
    const { properties } = withheld;
    const names = [...new Set([...withheld.missing, ...missing])];
    return { name, ...(comment !== undefined && { comment }), properties, missing: names };
  }

  /** True when it is there with this definition, whatever its secrets are. */
  isSame(request: WithheldCatalog): boolean {
    if (this.find(request.name) === undefined) return false;
    const own = this.withheld(request.name);
    return (
      JSON.stringify([own.comment, own.properties]) === JSON.stringify([request.comment, request.properties])
    );
  }

  /** Throws SqlError when `restore` would. */
  checkRestore(request: WithheldCatalog, mayReplace: boolean): void {
    this.checkName(request.name);
    if (this.find(request.name) === undefined || this.isSame(request)) return;
    this.#refuseFixed(request.name, 'changed');
    if (!mayReplace) throw anotherDefinition(request.name);
  }

  /**
   * Brings definitions back in one step. One that is there with the same definition stays, and keeps its secrets. Throws
   * SqlError, and changes nothing, for a name that another definition has and that may not be replaced.
   */
  async restore(
    requests: readonly WithheldCatalog[],
    { mayReplace, operator }: Readonly<{ mayReplace: boolean; operator: string }>,
  ): Promise<void> {
    for (const request of requests) this.checkRestore(request, mayReplace);
    const wanted = requests.filter((request) => !this.isSame(request));
    await this.#write(operator, (sandbox) => {
      for (const request of wanted) this.put(sandbox, request, mayReplace ? 'replace' : 'new');
    });
  }

  /** Changes properties after the connection was tried with them. Sessions go on with it from their next statement. */
  async alter(name: string, changes: Properties, operator: string, signal: AbortSignal): Promise<void> {
    const definition = this.get(name);
    this.#refuseFixed(name, 'changed');
    const seen = this.#markOf(name);
    const properties = [...new Map([...this.properties(name), ...changes])];
    if (typeOf(properties) !== definition.type) throw analysis('the type of a catalog cannot be changed');
    const missing = definition.missing.filter((key) => !changes.some(([changed]) => changed === key));
    if (missing.length > 0) throw secretsMissing(name, missing);
    await this.#parts.tryConnection(readOptions(properties), signal);
    const sealed = properties.map(([key, value]) => [key, this.#parts.seal(value)] as const);
    await this.#write(operator, (sandbox) => {
      const now = sandbox.get(catalogKey(name));
      if (now === undefined) throw unknownCatalog(name);
      if (markOf(now) !== seen) throw changedMeanwhile(name);
      sandbox.put(catalogKey(name), { ...definition, properties: sealed, missing });
    });
  }

  /** Forgets a catalog; its server is left as it is. The caller has checked that no job uses it. */
  async drop(name: string, operator: string): Promise<void> {
    this.get(name);
    this.#refuseFixed(name, 'dropped');
    await this.#write(operator, (sandbox) => sandbox.delete(catalogKey(name)));
    this.#options.delete(name);
  }

  async #write(operator: string, work: (sandbox: Sandbox) => void): Promise<void> {
    await this.#parts.metastore.write({ project: globalProject, operator }, work);
  }

  #refuseFixed(name: string, what: string): void {
    if (name !== this.#fixed?.name) return;
    throw analysis(
      `catalog '${name}' is the one the server was started with: it is ${what} there, by "source"`,
    );
  }

  /** Changes when the definition does. */
  #markOf(name: string): string {
    if (name === this.#fixed?.name) return 'fixed';
    const resource = this.#parts.metastore.get(catalogKey(name));
    return resource === undefined ? '' : markOf(resource);
  }
}

function fixedDefinition(request: CatalogRequest, seal: (plain: string) => string): CatalogDefinition {
  const { name, comment, properties } = request;
  readOptions(properties);
  return {
    id: 0,
    name,
    type: typeOf(properties),
    ...(comment !== undefined && { comment }),
    properties: properties.map(([key, value]) => [key, seal(value)]),
    missing: [],
    createdAt: 0,
  };
}

function markOf(resource: Resource): string {
  return `${decode(resource).id}.${resource.mvcc}.${resource.modifiedAt}`;
}

function nextId(sandbox: Sandbox): number {
  const ids = sandbox.list(typePrefix(globalProject, 'catalog')).map((resource) => decode(resource).id);
  return Math.max(firstId - 1, ...ids) + 1;
}

/** Only `put` and `alter` write these resources, in this form. */
function decode(resource: Resource): CatalogDefinition {
  return resource.content as CatalogDefinition;
}

function typeOf(properties: Properties): CatalogType {
  const given = properties.find(([key]) => key === 'type')?.[1];
  const type = catalogTypes.find((known) => known === given?.toLowerCase());
  if (type !== undefined) return type;
  if (given === undefined) throw analysis('Missing property: type ("mysql", or "jdbc" with a "jdbc_uri")');
  throw new SqlError(
    'not_supported',
    `This version of Holdfast doesn't yet support 'catalogs of type ${given}'`,
    {
      hint: 'Use "mysql", or "jdbc" with a "jdbc_uri" of MySQL or MariaDB.',
    },
  );
}

function readOptions(properties: Properties): MysqlOptions {
  typeOf(properties);
  return mysqlOptionsOf(Object.fromEntries(properties));
}

function analysis(text: string): SqlError {
  return new SqlError('analysis', `Getting analyzing error. Detail message: ${text}.`);
}

function anotherDefinition(name: string): SqlError {
  return new SqlError('backup', `Catalog ${name} already exist but with different definition`, {
    hint: 'Restore it AS another name, or with "force_replace" = "true".',
  });
}

function alreadyExists(name: string): SqlError {
  return analysis(`Catalog '${name}' already exists`);
}

function changedMeanwhile(name: string): SqlError {
  return new SqlError('backup', `catalog '${name}' was changed by someone else at the same time`, {
    hint: 'Look at it and run the statement again.',
  });
}

function secretsMissing(name: string, missing: readonly string[]): SqlError {
  const assignments = missing.map((key) => `"${key}" = "…"`).join(', ');
  return new SqlError('access_denied', `catalog '${name}' was restored without its secrets`, {
    hint: `Give them: ALTER CATALOG \`${name}\` SET (${assignments}).`,
  });
}
