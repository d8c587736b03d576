import { notYet } from './not-yet.ts';
import type { TokenReader } from './token-reader.ts';
import { readUser, type UserName } from './user-name.ts';

type HourlyLimit = 'max_questions' | 'max_updates' | 'max_connections_per_hour';

const hourlyLimits: Readonly<Record<string, HourlyLimit>> = {
  MAX_QUERIES_PER_HOUR: 'max_questions',
  MAX_UPDATES_PER_HOUR: 'max_updates',
  MAX_CONNECTIONS_PER_HOUR: 'max_connections_per_hour',
};

/** What CREATE and ALTER USER say behind the users. What is absent was not said. */
export type AccountClauses = Readonly<{
  requiresTls?: boolean;
  /** MAX_USER_CONNECTIONS; 0 means the server's own limit. */
  connectionsMax?: number;
  /** Limits an hour by the names of MySQL's columns; 0 means none. */
  perHour?: Readonly<Partial<Record<HourlyLimit, number>>>;
  isLocked?: boolean;
  comment?: string;
  defaultRoles?: 'ALL' | 'NONE' | readonly UserName[];
}>;

/** Reads the clauses to the end of the statement. Throws `syntax`, and 1235 for those that nothing here obeys. */
export function readAccountClauses(reader: TokenReader): AccountClauses {
  let clauses: AccountClauses = {};
  while (!reader.isAtEnd) clauses = { ...clauses, ...readClause(reader) };
  return clauses;
}

function readClause(reader: TokenReader): AccountClauses {
  const word = reader.acceptOneOf(
    'REQUIRE',
    'WITH',
    'ACCOUNT',
    'COMMENT',
    'DEFAULT',
    'PASSWORD',
    'PASSWORD_LOCK_TIME',
    'FAILED_LOGIN_ATTEMPTS',
    'ATTRIBUTE',
    'PROPERTIES',
    'DISCARD',
    'RETAIN',
  );
  switch (word) {
    case 'REQUIRE':
      return { requiresTls: readRequire(reader) };
    case 'WITH':
      return readLimits(reader);
    case 'ACCOUNT':
      return { isLocked: reader.expectOneOf('LOCK', 'UNLOCK') === 'LOCK' };
    case 'COMMENT':
      return { comment: reader.string() };
    case 'DEFAULT':
      reader.expect('ROLE');
      return {
        defaultRoles: reader.acceptOneOf('ALL', 'NONE') ?? reader.list(() => readUser(reader)),
      };
    case 'PASSWORD':
      return readPasswordRule(reader);
    case undefined:
      return reader.fail();
    default:
      throw notYet(`${word} of an account`);
  }
}

function readRequire(reader: TokenReader): boolean {
  const what = reader.expectOneOf('NONE', 'SSL', 'X509', 'ISSUER', 'SUBJECT', 'CIPHER');
  if (what !== 'NONE' && what !== 'SSL') throw notYet(`REQUIRE ${what}`);
  return what === 'SSL';
}

function readLimits(reader: TokenReader): AccountClauses {
  let clauses: AccountClauses = {};
  do {
    const word = reader.expectOneOf('MAX_USER_CONNECTIONS', ...Object.keys(hourlyLimits));
    const count = reader.integer();
    const hourly = hourlyLimits[word];
    clauses =
      hourly === undefined
        ? { ...clauses, connectionsMax: count }
        : { ...clauses, perHour: { ...clauses.perHour, [hourly]: count } };
  } while (reader.peek().upper.startsWith('MAX_'));
  return clauses;
}

/** What means that a password is good until it is changed, as MySQL's SHOW CREATE USER prints it. */
function readPasswordRule(reader: TokenReader): AccountClauses {
  const isOff =
    reader.accept('EXPIRE', 'DEFAULT') ||
    reader.accept('EXPIRE', 'NEVER') ||
    reader.accept('HISTORY', 'DEFAULT') ||
    reader.accept('REUSE', 'INTERVAL', 'DEFAULT') ||
    reader.accept('REQUIRE', 'CURRENT', 'DEFAULT');
  if (!isOff) throw notYet(`PASSWORD ${reader.peek().upper}`);
  return {};
}
