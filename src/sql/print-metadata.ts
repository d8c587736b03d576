import { unreachable } from '../base/assert.ts';
import { quoteDialectName } from './dialect-name.ts';
import { quoteDouble } from './quote.ts';
import type {
  MetadataBackup,
  MetadataPlace,
  MetadataScope,
  MetadataSource,
  MetadataStatement,
} from './statement.ts';

type Part = string | false | undefined;

/** The parts of a metadata statement in order, without the tail of a SHOW; absent ones are false or undefined. */
export function printMetadata(statement: MetadataStatement): readonly Part[] {
  switch (statement.kind) {
    case 'backup_metadata':
      return printBackup(statement);
    case 'restore_metadata':
      return printRestore(statement);
    case 'rollback_metadata':
      return [
        'ROLLBACK METADATA',
        named('PROJECT', statement.project),
        `TO TIMESTAMP ${quoteDouble(statement.timestamp)}`,
        statement.dryRun && 'DRY RUN',
        statement.force && 'FORCE',
      ];
    case 'verify_metadata':
      return ['VERIFY METADATA FROM', printBackupPlace(statement.from)];
    case 'list_metadata':
      return ['LIST METADATA', quoteDouble(statement.prefix), printSource(statement.source)];
    case 'cat_metadata':
      return ['CAT METADATA', quoteDouble(statement.key), printSource(statement.source)];
    case 'show_metadata':
      return [
        'SHOW METADATA',
        statement.what.replace('_', ' '),
        named('FROM', statement.repository),
        text('FOR', statement.key),
      ];
    case 'cancel_metadata':
      return [`CANCEL METADATA JOB ${statement.id}`];
    case 'set_maintenance':
      return statement.on
        ? ['SET METADATA MAINTENANCE ON REASON', quoteDouble(statement.reason)]
        : ['SET METADATA MAINTENANCE OFF', statement.force && 'FORCE'];
    case 'create_metadata_store':
      return ['CREATE METADATA STORE', quoteDialectName(statement.name), 'URL', quoteDouble(statement.url)];
    case 'drop_metadata_store':
      return ['DROP METADATA STORE', quoteDialectName(statement.name)];
    default:
      return unreachable(statement);
  }
}

function printBackup(statement: Extract<MetadataStatement, { kind: 'backup_metadata' }>): readonly Part[] {
  const { segments } = statement;
  return [
    'BACKUP METADATA',
    ...printScope(statement.scope),
    named('FROM STORE', statement.store),
    statement.from !== undefined && `FROM ${printBackupPlace(statement.from)}`,
    statement.to !== undefined && `TO ${printPlace(statement.to)}`,
    text('FOLDER', statement.folder),
    statement.format !== undefined && `FORMAT ${statement.format}`,
    statement.compress && 'COMPRESS',
    statement.excludeTableExd && 'EXCLUDE TABLE_EXD',
    segments !== undefined && (segments ? 'WITH SEGMENTS' : 'WITHOUT SEGMENTS'),
    statement.asynchronous && 'ASYNC',
  ];
}

function printRestore(statement: Extract<MetadataStatement, { kind: 'restore_metadata' }>): readonly Part[] {
  return [
    'RESTORE METADATA',
    ...printScope(statement.scope),
    'FROM',
    printBackupPlace(statement.from),
    named('INTO STORE', statement.store),
    statement.afterTruncate && 'AFTER TRUNCATE',
    statement.overwriteTables && 'OVERWRITE TABLES',
    statement.dryRun && 'DRY RUN',
    statement.force && 'FORCE',
    statement.asynchronous && 'ASYNC',
  ];
}

function printScope(scope: MetadataScope): readonly Part[] {
  switch (scope.kind) {
    case 'system':
      return ['SYSTEM'];
    case 'project':
      return [named('PROJECT', scope.project)];
    case 'cube':
      return [named('CUBE', scope.name), named('IN PROJECT', scope.project)];
    default:
      return unreachable(scope);
  }
}

function printSource(source: MetadataSource | undefined): Part {
  if (source === undefined) return undefined;
  return source.kind === 'store' ? named('FROM STORE', source.name) : `FROM ${printBackupPlace(source)}`;
}

function printBackupPlace(from: MetadataBackup): string {
  const place = printPlace(from);
  return from.kind === 'path' ? place : `${place} FOLDER ${quoteDouble(from.folder)}`;
}

function printPlace(place: MetadataPlace): string {
  return place.kind === 'path' ? quoteDouble(place.path) : quoteDialectName(place.repository);
}

function named(word: string, name: string | undefined): Part {
  return name === undefined ? undefined : `${word} ${quoteDialectName(name)}`;
}

function text(word: string, value: string | undefined): Part {
  return value === undefined ? undefined : `${word} ${quoteDouble(value)}`;
}
