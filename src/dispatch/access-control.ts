import { accountPrefix } from '../auth/account.ts';
import { findAccount } from '../auth/accounts.ts';
import type { Holder } from '../auth/privileges.ts';
import { rolePrefix } from '../auth/role.ts';
import { type ActiveRoles, activeRolesOf, holderOf } from '../auth/roles.ts';
import { makeRoom } from '../base/make-room.ts';
import type { CatalogView } from '../catalog/view.ts';
import type { Metastore } from '../metastore/metastore.ts';
import { Access, type KindOf, type Who } from './access.ts';

/** Logins whose privileges are kept; more are worked out anew. */
const keptMax = 1_000;

/** What each login may do. Privileges are worked out once, and anew after each change of an account or a role. */
export class AccessControl implements Disposable {
  readonly #metastore: Metastore;
  readonly #kindOf: KindOf;
  readonly #kept = new Map<string, Holder | undefined>();
  readonly #listening: Disposable;

  constructor(metastore: Metastore, view: Pick<CatalogView, 'findObject'>) {
    this.#metastore = metastore;
    this.#kindOf = (database, name) => {
      const kind = view.findObject(database, name)?.kind;
      if (kind === undefined) return undefined;
      return kind === 'TABLE' ? 'table' : kind === 'VIEW' ? 'view' : 'materialized_view';
    };
    this.#listening = metastore.onCommit((keys) => {
      if (keys.some((key) => isOfPrivileges(key))) this.#kept.clear();
    });
  }

  of(who: Who, roles: ActiveRoles = 'DEFAULT'): Access {
    return new Access(who, this.#holderOf(who.user, roles), {
      kindOf: this.#kindOf,
      ofAccount: (other) => this.of(other),
    });
  }

  /** Names of the roles that a login uses. */
  activeRoles(user: string, roles: ActiveRoles): readonly string[] {
    const account = findAccount(this.#metastore, user);
    return account === undefined ? [] : activeRolesOf(account, roles);
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #holderOf(user: string, roles: ActiveRoles): Holder | undefined {
    const key = JSON.stringify([user, roles]);
    if (this.#kept.has(key)) return this.#kept.get(key);
    const holder = holderOf(this.#metastore, user, roles);
    makeRoom(this.#kept, keptMax);
    this.#kept.set(key, holder);
    return holder;
  }
}

function isOfPrivileges(key: string): boolean {
  return key.startsWith(accountPrefix) || key.startsWith(rolePrefix);
}
