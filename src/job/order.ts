import type { PlannedObject } from './plan.ts';

/** Tables first, then every other object behind those it reads. Order is kept otherwise, also within a circle. */
export function inOrderOfCreation(objects: readonly PlannedObject[]): readonly PlannedObject[] {
  // A table and a function may share a name.
  const byName = Map.groupBy(objects, (object) => object.name);
  const ordered = new Set<PlannedObject>(objects.filter((object) => object.kind === 'TABLE'));
  const visited = new Set<PlannedObject>(ordered);
  const visit = (object: PlannedObject): void => {
    if (visited.has(object)) return;
    visited.add(object);
    for (const name of 'dependsOn' in object ? object.dependsOn : []) {
      for (const needed of byName.get(name) ?? []) visit(needed);
    }
    ordered.add(object);
  };
  for (const object of objects) visit(object);
  return [...ordered];
}
