import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import { MetastoreError, type Resource } from '../metastore/metastore.ts';
import { isGrant, isRecord, isTexts } from './grant-content.ts';
import { type Grant, type GrantObject, type Privilege, privilegesOn } from './privileges.ts';

/**
 * A named set of privileges, as the metastore keeps it. `roles` are those that it has been given itself, `adminRoles`
 * those of them that its holders may give to others.
 */
export type Role = Readonly<{
  name: string;
  grants: readonly Grant[];
  roles: readonly string[];
  adminRoles?: readonly string[];
}>;

/** Every account has it, and it is always active. It is empty until something is granted to it. */
export const publicRole = 'public';

const roleType = 'role';
/** The prefix of all roles' keys. */
export const rolePrefix: string = typePrefix(globalProject, roleType);

/** `/_global/role/<name, percent-encoded>`. The name must not be empty. */
export function roleKey(name: string): string {
  return resourceKey(globalProject, roleType, name);
}

/** Reads what `Role` looks like in the metastore. Throws MetastoreError `corrupt` for anything else. */
export function roleOf(resource: Resource): Role {
  const { content } = resource;
  if (isRole(content)) return content;
  throw new MetastoreError('corrupt', `the resource '${resource.key}' is no role`);
}

function isRole(content: unknown): content is Role {
  if (!isRecord(content)) return false;
  const { name, grants, roles, adminRoles } = content;
  if (adminRoles !== undefined && !isTexts(adminRoles)) return false;
  return typeof name === 'string' && isTexts(roles) && Array.isArray(grants) && grants.every(isGrant);
}

/**
 * StarRocks' roles (manual, "Overview of privileges", system-defined roles), as far as there is something here for them
 * to allow. They cannot be changed or dropped.
 */
export const builtInRoles: readonly Role[] = [
  builtIn('root', [{ privilege: 'ADMIN', object: { kind: 'system' } }]),
  builtIn('cluster_admin', [{ privilege: 'OPERATE', object: { kind: 'system' } }]),
  builtIn('db_admin', [
    { privilege: 'REPOSITORY', object: { kind: 'system' } },
    { privilege: 'CREATE EXTERNAL CATALOG', object: { kind: 'system' } },
    ...everythingOn({ kind: 'catalog', catalog: null }),
    ...everythingOn({ kind: 'database', catalog: null, database: null }),
    ...everythingOn({ kind: 'object', catalog: null, database: null, name: null }),
    ...everythingOn({ kind: 'function', catalog: null, database: null, name: null }),
  ]),
  builtIn('user_admin', [{ privilege: 'GRANT', object: { kind: 'system' } }]),
];

function builtIn(name: string, grants: readonly Grant[]): Role {
  return { name, grants, roles: [] };
}

function everythingOn(object: GrantObject): readonly Grant[] {
  return privilegesOn[object.kind].map((privilege: Privilege): Grant => ({ privilege, object }));
}
