import type { PasswordPlugin } from '../../auth/account.ts';
import {
  alterPassword,
  createAccount,
  dropAccount,
  findAccount,
  grantPrivileges,
  revokePrivileges,
} from '../../auth/accounts.ts';
import { type Privilege, systemPrivileges } from '../../auth/privileges.ts';
import { Secret } from '../../base/secret.ts';
import { type AccountStatement, parseAccount, type UserEntry } from '../../sql/account.ts';
import type { Grant, GrantedPrivileges } from '../../sql/grant.ts';
import type { Token } from '../../sql/token.ts';
import type { UserName } from '../../sql/user-name.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { requireAdministrator } from '../privileges.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** CREATE, ALTER and DROP USER, SET PASSWORD, GRANT and REVOKE of privileges on SYSTEM. Hosts are not told apart. */
export async function account(
  tokens: readonly Token[],
  text: string,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const statement = parseAccount(tokens, text);
  const isOwnPassword = statement.kind === 'set_password' && nameOf(statement.user, state) === state.user;
  if (!isOwnPassword) requireAdministrator(services, state);
  await run(statement, services, state);
  return okAnswer;
}

async function run(statement: AccountStatement, services: Services, state: SessionState): Promise<void> {
  const { metastore, isLoopbackOnly } = services;
  switch (statement.kind) {
    case 'create_user':
      for (const entry of statement.users) await create(entry, statement.ifNotExists, services, state);
      return;
    case 'alter_user':
      for (const entry of statement.users) await alter(entry, statement.ifExists, services, state);
      return;
    case 'drop_user':
      for (const user of statement.users) {
        const name = nameOf(user, state);
        const isMissing = findAccount(metastore, name) === undefined;
        if (!isMissing || !statement.ifExists) await dropAccount(metastore, state.user, name);
      }
      return;
    case 'set_password': {
      const { password } = statement;
      const user = nameOf(statement.user, state);
      return alterPassword(metastore, state.user, { user, password, isLoopbackOnly });
    }
    case 'grant':
    case 'revoke':
      return change(statement, services, state);
    case 'rename_user':
    case 'create_role':
    case 'drop_role':
    case 'set_role':
    case 'grant_role':
    case 'revoke_role':
      throw notSupported(statement.kind.replaceAll('_', ' ').toUpperCase());
  }
}

async function create(
  entry: UserEntry,
  ifNotExists: boolean,
  services: Services,
  state: SessionState,
): Promise<void> {
  const user = nameOf(entry.user, state);
  if (ifNotExists && findAccount(services.metastore, user) !== undefined) return;
  const password = entry.password ?? new Secret('');
  await createAccount(services.metastore, state.user, { user, password, plugin: pluginOf(entry) });
}

async function alter(
  entry: UserEntry,
  ifExists: boolean,
  services: Services,
  state: SessionState,
): Promise<void> {
  const user = nameOf(entry.user, state);
  if (ifExists && findAccount(services.metastore, user) === undefined) return;
  if (entry.password === undefined) throw notSupported('ALTER USER without IDENTIFIED BY');
  const { password } = entry;
  const plugin = pluginOf(entry);
  const { metastore, isLoopbackOnly } = services;
  await alterPassword(metastore, state.user, { user, password, plugin, isLoopbackOnly });
}

function pluginOf(entry: UserEntry): PasswordPlugin | undefined {
  if (entry.verifier !== undefined) throw notSupported('IDENTIFIED … AS a stored verifier');
  const plugin = entry.plugin?.toLowerCase();
  if (plugin === undefined) return undefined;
  if (plugin === 'caching_sha2_password' || plugin === 'mysql_native_password') return plugin;
  throw notSupported(`the plugin ${plugin}`);
}

async function change(
  statement: Extract<Grant, GrantedPrivileges>,
  services: Services,
  state: SessionState,
): Promise<void> {
  const privileges = systemPrivilegesOf(statement);
  const write = statement.kind === 'grant' ? grantPrivileges : revokePrivileges;
  for (const grantee of statement.grantees) {
    if (grantee.kind === 'role') throw notSupported('roles');
    const user = nameOf(grantee.name, state);
    await write(services.metastore, state.user, { user, privileges, object: { kind: 'system' } });
  }
}

/** `GRANT ALL ON *.*` makes an administrator; privileges on single objects come with a later version. */
function systemPrivilegesOf(statement: GrantedPrivileges): readonly Privilege[] {
  const { object } = statement;
  const isEverywhere = object.kind === 'pattern' && object.database === null && object.table === null;
  if (object.kind !== 'system' && !isEverywhere) throw notSupported('privileges on single objects');
  return statement.privileges.map(({ name }): Privilege => {
    if (name === 'ALL') return 'ADMIN';
    const known = systemPrivileges.find((privilege) => privilege === name);
    if (known === undefined) throw notSupported(`the privilege ${name} on SYSTEM`);
    return known;
  });
}

function nameOf(user: UserName | undefined, state: SessionState): string {
  return user === undefined || user.kind === 'current' ? state.user : user.user;
}
