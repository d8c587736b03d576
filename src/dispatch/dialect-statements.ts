import { unreachable } from '../base/assert.ts';
import type { MetadataStatement, Statement } from '../sql/statement.ts';
import { notSupported } from './analysis.ts';
import type { Answer } from './answer.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';
import { setConfig, showConfig } from './statements/administration.ts';
import { backupMetadata } from './statements/backup-metadata.ts';
import { backup } from './statements/backup.ts';
import { cancel } from './statements/cancel.ts';
import {
  alterCatalog,
  createCatalog,
  dropCatalog,
  setCatalog,
  showCatalogs,
  showCreateCatalog,
} from './statements/catalogs.ts';
import {
  cancelMetadata,
  catMetadata,
  createMetadataStore,
  dropMetadataStore,
  listMetadata,
  showMetadata,
  verifyMetadata,
} from './statements/metadata-looks.ts';
import {
  alterRepository,
  checkRepository,
  cleanRepository,
  createRepository,
  dropRepository,
  showBroker,
  showCreateRepository,
  showRepositories,
} from './statements/repositories.ts';
import { setMaintenance, showEpochs, showFrontends } from './statements/nodes.ts';
import { restoreMetadata } from './statements/restore-metadata.ts';
import { explainRestore, restore } from './statements/restore.ts';
import { rollbackMetadata } from './statements/rollback-metadata.ts';
import { showBackup, showRestore } from './statements/show-jobs.ts';
import { dropSnapshot, showSnapshot } from './statements/snapshots.ts';
import { withinExecutionTime } from './execution-time.ts';
import { verifySnapshot } from './statements/verify-snapshot.ts';

/** Runs one statement of the backup dialect. What parses and is not built yet is error 1235, never a false OK. */
export async function runDialect(
  statement: Statement,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  switch (statement.kind) {
    case 'create_repository':
      return createRepository(statement, services, state, signal);
    case 'alter_repository':
      return alterRepository(statement, services, state, signal);
    case 'drop_repository':
      return dropRepository(statement, services, state, signal);
    case 'check_repository':
      return checkRepository(statement, services, signal);
    case 'clean_repository':
      return cleanRepository(statement, services, state, signal);
    case 'show_repositories':
      return showRepositories(statement, services, signal);
    case 'show_create_repository':
      return showCreateRepository(statement, services);
    case 'show_broker':
      return showBroker(statement, services, signal);
    case 'backup':
      return backup(statement, services, state, signal);
    case 'restore':
      return restore(statement, services, state, signal);
    case 'explain_restore':
      return explainRestore(statement.restore, services, state, signal);
    case 'show_backup':
      return showBackup(statement, services, state, signal);
    case 'show_restore':
      return showRestore(statement, services, state, signal);
    case 'cancel':
      return cancel(statement, services, state, signal);
    case 'show_snapshot':
      return showSnapshot(statement, services, signal);
    case 'drop_snapshot':
      return dropSnapshot(statement, services, state, signal);
    case 'verify_snapshot':
      return withinExecutionTime(state, services.clock, signal, (within) =>
        verifySnapshot(statement, services, within),
      );
    default:
      return runAdministration(statement, services, state, signal);
  }
}

type Handled =
  | 'create_repository'
  | 'alter_repository'
  | 'drop_repository'
  | 'check_repository'
  | 'clean_repository'
  | 'show_repositories'
  | 'show_create_repository'
  | 'show_broker'
  | 'backup'
  | 'restore'
  | 'explain_restore'
  | 'show_backup'
  | 'show_restore'
  | 'cancel'
  | 'show_snapshot'
  | 'drop_snapshot'
  | 'verify_snapshot';

async function runAdministration(
  statement: Exclude<Statement, { kind: Handled }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  switch (statement.kind) {
    case 'admin_show_config':
      return showConfig(statement, services);
    case 'admin_set_config':
      return setConfig(statement, services, state);
    case 'create_catalog':
      return createCatalog(statement, services, state, signal);
    case 'alter_catalog':
      return alterCatalog(statement, services, state, signal);
    case 'drop_catalog':
      return dropCatalog(statement, services, state, signal);
    case 'show_create_catalog':
      return showCreateCatalog(statement, services, state);
    case 'show_catalogs':
      return showCatalogs(statement, services, state, signal);
    case 'set_catalog':
      return setCatalog(statement, services, state);
    case 'show_frontends':
      return showFrontends(statement, services, signal);
    case 'backup_global':
    case 'restore_global':
      throw notSupported(statement.kind.replaceAll('_', ' ').toUpperCase());
    default:
      return runMetadata(statement, services, state, signal);
  }
}

/** Our own metadata and that of Kylin. */
async function runMetadata(
  statement: MetadataStatement,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  switch (statement.kind) {
    case 'backup_metadata':
      return backupMetadata(statement, services, state, signal);
    case 'restore_metadata':
      return restoreMetadata(statement, services, state, signal);
    case 'rollback_metadata':
      return rollbackMetadata(statement, services, state, signal);
    case 'verify_metadata':
      return verifyMetadata(statement, services, signal);
    case 'list_metadata':
      return listMetadata(statement, services, signal);
    case 'cat_metadata':
      return catMetadata(statement, services, signal);
    case 'show_metadata':
      if (statement.what === 'EPOCHS') return showEpochs(statement, services, signal);
      return showMetadata(statement, services, signal);
    case 'cancel_metadata':
      return cancelMetadata(statement, services, state, signal);
    case 'create_metadata_store':
      return createMetadataStore(statement, services, state, signal);
    case 'drop_metadata_store':
      return dropMetadataStore(statement, services, state);
    case 'set_maintenance':
      return setMaintenance(statement, services, state);
    default:
      return unreachable(statement);
  }
}
