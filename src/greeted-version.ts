import type { Log } from './base/log.ts';
import { SqlError } from './base/sql-error.ts';
import type { StartPlace } from './catalogs.ts';
import { serverVersion } from './version.ts';

/**
 * A source that is silent when the server starts delays it no longer than this. Far longer than one on a busy machine takes to answer:
 * what is greeted with stays until the next start.
 */
const sourceVersionTimeoutMs = 10_000;

/**
 * Drivers choose their statements by the version in the greeting: Connector/J asks a MySQL 8 for variables that MariaDB
 * 10.11 lacks. With `--source` sessions begin on that server, so it is its version that counts.
 */
export async function greetedVersion(startPlace: StartPlace | undefined, log: Log): Promise<string> {
  if (startPlace === undefined) return serverVersion;
  try {
    return greetingOf(await startPlace.version(AbortSignal.timeout(sourceVersionTimeoutMs)));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    log.warn('source_version_unknown', { message: error.message, greetedAs: serverVersion });
    return serverVersion;
  }
}

/**
 * MariaDB before 11 puts `5.5.5-` in front of its version. By it Connector/J reads the answers of caching_sha2_password,
 * which came with MySQL 8, in another way than they are sent; from 5.7.20 on it asks for variables that MariaDB lacks.
 */
function greetingOf(version: string): string {
  return version.replace(/^5\.5\.5-/, '5.7.19-');
}
