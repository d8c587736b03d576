import { allPrivileges, type Grant, type GrantObject } from './privileges.ts';

/** Whether a piece of a resource is a grant, as accounts and roles keep them. */
export function isGrant(value: unknown): value is Grant {
  if (!isRecord(value)) return false;
  const { privilege, object, withOption } = value;
  const isKnown = (allPrivileges as readonly unknown[]).includes(privilege);
  return isKnown && isGrantObject(object) && (withOption === undefined || withOption === true);
}

const named: readonly string[] = ['catalog', 'database', 'name'];
const namesOf: Readonly<Record<GrantObject['kind'], readonly string[]>> = {
  system: [],
  catalog: ['catalog'],
  database: ['catalog', 'database'],
  table: named,
  view: named,
  materialized_view: named,
  function: named,
  object: named,
};

function isGrantObject(value: unknown): value is GrantObject {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(namesOf, value['kind']))
    return false;
  const names = namesOf[value['kind'] as GrantObject['kind']];
  return names.every((name) => value[name] === null || typeof value[name] === 'string');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
