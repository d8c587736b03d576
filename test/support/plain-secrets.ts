import { Secret } from '../../src/base/secret.ts';
import type { Secrets } from '../../src/metastore/secrets.ts';

/** Seals nothing: for a simulation, which has no secrets and is the same each time. */
export const plainSecrets: Secrets = {
  stateOf: () => 'current',
  seal: (plain) => plain.reveal(),
  open: (sealed) => new Secret(sealed),
};
