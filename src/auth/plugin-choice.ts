import { createHmac, randomBytes } from 'node:crypto';
import { globalProject, resourceKey } from '../metastore/key.ts';
import type { Metastore } from '../metastore/metastore.ts';
import type { PasswordPlugin } from './account.ts';

const secretBytes = 32;
/** Of 256: the share of unknown names that seem to have a native password, once some account really has. */
const nativeShare = 64;
const secretKey = resourceKey(globalProject, 'authentication', 'plugin-choice');

/**
 * The secret that decides which plugin an unknown name seems to have. Kept in the metastore: if it changed with a
 * restart, names whose plugin changes too would be known not to exist.
 */
export async function loadPluginSecret(metastore: Metastore): Promise<Buffer> {
  const stored = storedSecret(metastore.get(secretKey)?.content);
  if (stored !== undefined) return stored;
  return metastore.write({ project: globalProject, operator: 'server', isUnfenced: true }, (sandbox) => {
    const first = storedSecret(sandbox.get(secretKey)?.content);
    if (first !== undefined) return first;
    const secret = randomBytes(secretBytes);
    sandbox.put(secretKey, { secret: secret.toString('hex') });
    return secret;
  });
}

/** The plugin for a name that has no account: always the same for the same name. */
export function pluginOfUnknown(user: string, secret: Buffer, hasNativeAccounts: boolean): PasswordPlugin {
  const digest = createHmac('sha256', secret).update(user).digest();
  const isNative = hasNativeAccounts && digest.readUInt8(0) < nativeShare;
  return isNative ? 'mysql_native_password' : 'caching_sha2_password';
}

function storedSecret(content: unknown): Buffer | undefined {
  if (typeof content !== 'object' || content === null || !('secret' in content)) return undefined;
  return typeof content.secret === 'string' ? Buffer.from(content.secret, 'hex') : undefined;
}
