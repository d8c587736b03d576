import { quoteName } from '../sql/quote.ts';
import { type Grant, type GrantObject, type Privilege, rootUser } from './privileges.ts';

/** Whose grants are shown: an account's or a role's. */
export type Shown = Readonly<{
  grantee: Readonly<{ user: string } | { role: string }>;
  grants: readonly Grant[];
  roles: readonly string[];
  /** Those of them that may be given on; absent means none. */
  adminRoles?: readonly string[];
  /** The catalog that names without one belong to. */
  ownCatalog: string;
}>;

/**
 * Grants as SHOW GRANTS lists them: MySQL's first line for an account, since tools look for `GRANT … ON … TO`, and each
 * of them a statement that gives the same again.
 */
export function grantStatements({
  grantee,
  grants,
  roles,
  adminRoles = [],
  ownCatalog,
}: Shown): readonly string[] {
  const isUser = 'user' in grantee;
  const to = isUser ? `${quoteName(grantee.user)}@${quoteName('%')}` : `ROLE ${quoteName(grantee.role)}`;
  if (isUser && grantee.user === rootUser) return [`GRANT ALL PRIVILEGES ON *.* TO ${to} WITH GRANT OPTION`];
  const lines = groupsOf(grants, ownCatalog).map(
    ({ target, privileges, withOption }) =>
      `GRANT ${privileges.join(', ')} ON ${target} TO ${to}${withOption ? ' WITH GRANT OPTION' : ''}`,
  );
  const given = roles.map((name) => {
    const option = adminRoles.includes(name) ? ' WITH ADMIN OPTION' : '';
    return `GRANT ${quoteName(name)} TO ${to}${option}`;
  });
  return [...(isUser ? [`GRANT USAGE ON *.* TO ${to}`] : []), ...lines, ...given];
}

type Group = Readonly<{ target: string; privileges: Privilege[]; withOption: boolean }>;

/** Privileges that were given alike on one object, in one statement. */
function groupsOf(grants: readonly Grant[], ownCatalog: string): readonly Group[] {
  const groups: Group[] = [];
  for (const { privilege, object, withOption = false } of grants) {
    const target = targetText(object, ownCatalog);
    const known = groups.find((group) => group.target === target && group.withOption === withOption);
    if (known === undefined) groups.push({ target, privileges: [privilege], withOption });
    else known.privileges.push(privilege);
  }
  return groups;
}

/** An object as GRANT names it. */
function targetText(object: GrantObject, ownCatalog: string): string {
  switch (object.kind) {
    case 'system':
      return 'SYSTEM';
    case 'catalog':
      return object.catalog === null ? 'ALL CATALOGS' : `CATALOG ${quoteName(object.catalog)}`;
    case 'database': {
      const { database } = object;
      if (database === null) return `ALL DATABASES${inCatalog(object.catalog, ownCatalog)}`;
      return `DATABASE ${pathText([database], object.catalog, ownCatalog)}`;
    }
    case 'object':
      return pathText([object.database, object.name], object.catalog, ownCatalog);
    default: {
      const { catalog, database, name } = object;
      const word = object.kind.replaceAll('_', ' ').toUpperCase();
      if (database === null) return `ALL ${word}S IN ALL DATABASES${inCatalog(catalog, ownCatalog)}`;
      if (name === null) return `ALL ${word}S IN DATABASE ${pathText([database], catalog, ownCatalog)}`;
      return `${word} ${pathText([database, name], catalog, ownCatalog)}`;
    }
  }
}

function pathText(names: readonly (string | null)[], catalog: string | null, ownCatalog: string): string {
  const path = catalog === ownCatalog ? names : [catalog, ...names];
  return path.map((name) => (name === null ? '*' : quoteName(name))).join('.');
}

function inCatalog(catalog: string | null, ownCatalog: string): string {
  if (catalog === null || catalog === ownCatalog) return '';
  return ` IN CATALOG ${quoteName(catalog)}`;
}
