import { type AccountChange, changeAccounts } from '../../src/auth/accounts.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';

/** Writes one change of accounts or roles, as a statement of root's. */
export async function written(
  metastore: Metastore,
  change: AccountChange | Promise<AccountChange>,
): Promise<void> {
  await changeAccounts(metastore, 'root', [await change]);
}
