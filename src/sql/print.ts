import { unreachable } from '../base/assert.ts';
import { printMetadata } from './print-metadata.ts';
import { quoteDialectName } from './dialect-name.ts';
import { quoteDouble } from './quote.ts';
import type {
  Backup,
  CancelScope,
  CreateRepository,
  DatabaseName,
  ExternalCatalogs,
  LabelName,
  ObjectItem,
  ObjectKind,
  ObjectList,
  Properties,
  Restore,
  ShowScope,
  ShowTail,
  Statement,
} from './statement.ts';

/**
 * The statement as canonical SQL: `parseDialect` of it gives an equal statement (but for the offsets of a WHERE or
 * ORDER BY). Secrets are printed as they are: redact the text before showing it.
 */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'create_repository':
      return printCreateRepository(statement);
    case 'alter_repository':
      return words(
        'ALTER REPOSITORY',
        quoteDialectName(statement.name),
        printProperties(statement.properties),
      );
    case 'drop_repository':
      return words('DROP REPOSITORY', quoteDialectName(statement.name));
    case 'check_repository':
      return words(
        'CHECK REPOSITORY',
        quoteDialectName(statement.name),
        statement.benchmark && 'WITH BENCHMARK',
      );
    case 'clean_repository':
      return words('CLEAN REPOSITORY', quoteDialectName(statement.name), statement.force && 'FORCE');
    case 'show_repositories':
      return words('SHOW REPOSITORIES', printTail(statement));
    case 'show_create_repository':
      return words('SHOW CREATE REPOSITORY FOR', quoteDialectName(statement.name));
    case 'backup':
      return printBackup(statement);
    case 'restore':
      return printRestore(statement);
    case 'explain_restore':
      return words('EXPLAIN', printRestore(statement.restore));
    case 'backup_global':
    case 'restore_global':
    case 'verify_snapshot':
    case 'drop_snapshot':
    case 'show_snapshot':
      return printSnapshotStatement(statement);
    case 'show_backup':
    case 'show_restore':
    case 'cancel':
      return printJobStatement(statement);
    case 'create_catalog':
    case 'alter_catalog':
    case 'drop_catalog':
    case 'show_catalogs':
    case 'show_create_catalog':
    case 'set_catalog':
      return printCatalogStatement(statement);
    case 'show_broker':
    case 'show_frontends':
    case 'admin_show_config':
    case 'admin_set_config':
      return printAdministration(statement);
    default:
      return words(...printMetadata(statement), 'what' in statement && printTail(statement));
  }
}

type Administration = Extract<
  Statement,
  { kind: 'show_broker' | 'show_frontends' | 'admin_show_config' | 'admin_set_config' }
>;

function printAdministration(statement: Administration): string {
  switch (statement.kind) {
    case 'show_broker':
      return words('SHOW BROKER', printTail(statement));
    case 'show_frontends':
      return words('SHOW FRONTENDS', printTail(statement));
    case 'admin_show_config':
      return words('ADMIN SHOW FRONTEND CONFIG', clause('LIKE', statement.like, quoteDouble));
    case 'admin_set_config':
      return words(
        'ADMIN SET FRONTEND CONFIG',
        printPairs(statement.properties),
        statement.persistent && 'WITH PERSISTENT',
      );
  }
}

/** The parts that are there, with one blank between. */
function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ');
}

function clause<T>(word: string, value: T | undefined, print: (value: T) => string): string | undefined {
  return value === undefined ? undefined : `${word} ${print(value)}`;
}

function printCreateRepository(statement: CreateRepository): string {
  return words(
    'CREATE',
    statement.readOnly && 'READ ONLY',
    'REPOSITORY',
    quoteDialectName(statement.name),
    `WITH ${statement.storage}`,
    statement.broker !== undefined && quoteDialectName(statement.broker),
    `ON LOCATION ${quoteDouble(statement.location)}`,
    printProperties(statement.properties),
  );
}

function printBackup(statement: Backup): string {
  return words(
    'BACKUP',
    printCatalogs(statement.externalCatalogs),
    clause('DATABASE', statement.database, printDatabase),
    `SNAPSHOT ${printLabel(statement.label)} TO ${quoteDialectName(statement.repository)}`,
    printObjects(statement.objects),
    printProperties(statement.properties),
  );
}

function printRestore(statement: Restore): string {
  return words(
    `RESTORE SNAPSHOT ${printLabel(statement.label)} FROM ${quoteDialectName(statement.repository)}`,
    printCatalogs(statement.externalCatalogs),
    clause('DATABASE', statement.database, printDatabase),
    clause('AS', statement.database?.alias, quoteDialectName),
    printObjects(statement.objects),
    printProperties(statement.properties),
  );
}

type SnapshotStatement = Extract<
  Statement,
  { kind: 'backup_global' | 'restore_global' | 'verify_snapshot' | 'drop_snapshot' | 'show_snapshot' }
>;

function printSnapshotStatement(statement: SnapshotStatement): string {
  const repository = quoteDialectName(statement.repository);
  if (statement.kind === 'show_snapshot') return words('SHOW SNAPSHOT ON', repository, printTail(statement));
  const snapshot = quoteDialectName(statement.snapshot);
  switch (statement.kind) {
    case 'backup_global':
      return words(
        'BACKUP GLOBAL SNAPSHOT',
        snapshot,
        'TO',
        repository,
        printProperties(statement.properties),
      );
    case 'restore_global':
      return words(
        'RESTORE GLOBAL SNAPSHOT',
        snapshot,
        'FROM',
        repository,
        printProperties(statement.properties),
      );
    case 'verify_snapshot':
      return words(
        'VERIFY SNAPSHOT',
        snapshot,
        'ON',
        repository,
        clause('AT', statement.timestamp, quoteDouble),
        statement.full && 'FULL',
      );
    case 'drop_snapshot':
      return words('DROP SNAPSHOT', snapshot, 'ON', repository, statement.force && 'FORCE');
    default:
      return unreachable(statement);
  }
}

function printJobStatement(
  statement: Extract<Statement, { kind: 'show_backup' | 'show_restore' | 'cancel' }>,
): string {
  if (statement.kind === 'cancel') return printCancel(statement.job, statement.scope);
  const job = statement.kind === 'show_backup' ? 'BACKUP' : 'RESTORE';
  const brief = statement.kind === 'show_restore' && statement.brief;
  return words('SHOW', brief && 'BRIEF', printShowScope(job, statement.scope), printTail(statement));
}

function printShowScope(job: string, scope: ShowScope): string {
  switch (scope.kind) {
    case 'all':
      return job;
    case 'global':
      return `GLOBAL ${job}`;
    case 'database':
      return `${job} FROM ${printDatabase(scope.database)}`;
    default:
      return unreachable(scope);
  }
}

function printCancel(job: string, scope: CancelScope): string {
  switch (scope.kind) {
    case 'global':
      return `CANCEL GLOBAL ${job}`;
    case 'external_catalogs':
      return `CANCEL ${job} FOR EXTERNAL CATALOG`;
    case 'database':
      return `CANCEL ${job} FROM ${printDatabase(scope.database)}`;
    default:
      return unreachable(scope);
  }
}

type CatalogKind =
  'create_catalog' | 'alter_catalog' | 'drop_catalog' | 'show_catalogs' | 'show_create_catalog';

function printCatalogStatement(statement: Extract<Statement, { kind: CatalogKind | 'set_catalog' }>): string {
  if (statement.kind === 'show_catalogs') return words('SHOW CATALOGS', printTail(statement));
  const name = quoteDialectName(statement.name);
  switch (statement.kind) {
    case 'create_catalog':
      return words(
        'CREATE EXTERNAL CATALOG',
        statement.ifNotExists && 'IF NOT EXISTS',
        name,
        clause('COMMENT', statement.comment, quoteDouble),
        printProperties(statement.properties),
      );
    case 'alter_catalog':
      return words('ALTER CATALOG', name, 'SET', printPairs(statement.properties));
    case 'drop_catalog':
      return words('DROP CATALOG', statement.ifExists && 'IF EXISTS', name);
    case 'show_create_catalog':
      return words('SHOW CREATE CATALOG', name);
    case 'set_catalog':
      return words('SET CATALOG', name);
    default:
      return unreachable(statement);
  }
}

function printDatabase({ catalog, database }: DatabaseName): string {
  return printPath([catalog, database]);
}

function printLabel({ catalog, database, label }: LabelName): string {
  return printPath([catalog, database, label]);
}

function printPath(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map(quoteDialectName)
    .join('.');
}

function printCatalogs(catalogs: ExternalCatalogs | undefined): string | undefined {
  if (catalogs === undefined) return undefined;
  if (catalogs.kind === 'all') return 'ALL EXTERNAL CATALOGS';
  const list = catalogs.catalogs.map(({ name, alias }) =>
    words(quoteDialectName(name), clause('AS', alias, quoteDialectName)),
  );
  return `EXTERNAL CATALOGS (${list.join(', ')})`;
}

function printObjects(objects: ObjectList | undefined): string | undefined {
  return objects && `${objects.mode} (${objects.items.map(printItem).join(', ')})`;
}

const objectWords: Readonly<Record<ObjectKind, string>> = {
  TABLE: 'TABLE',
  MATERIALIZED_VIEW: 'MATERIALIZED VIEW',
  VIEW: 'VIEW',
  FUNCTION: 'FUNCTION',
};

function printItem(item: ObjectItem): string {
  if (item.kind === 'all') return `ALL ${objectWords[item.object]}S`;
  const { partitions } = item;
  return words(
    objectWords[item.object],
    printPath(item.name),
    partitions?.temporary === true && 'TEMPORARY',
    clause('PARTITION', partitions?.names, (names) => `(${names.map(quoteDialectName).join(', ')})`),
    clause('AS', item.alias, quoteDialectName),
  );
}

function printProperties(properties: Properties): string {
  return properties.length === 0 ? '' : `PROPERTIES ${printPairs(properties)}`;
}

function printPairs(properties: Properties): string {
  return `(${properties.map(([key, value]) => `${quoteDouble(key)} = ${quoteDouble(value)}`).join(', ')})`;
}

/** Source text may end with a comment, so each part of it ends its line. */
function printTail({ like, where, orderBy, limit }: ShowTail): string {
  return words(
    clause('LIKE', like, quoteDouble),
    clause('WHERE', where, ({ text }) => `${text}\n`),
    clause('ORDER BY', orderBy, ({ text }) => `${text}\n`),
    clause('LIMIT', limit, ({ offset, count }) => (offset === 0 ? `${count}` : `${offset}, ${count}`)),
  ).trimEnd();
}
