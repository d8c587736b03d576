/** By file, the files that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * Circles of files that import each other, types included, as `a → b → a`: one for each import that closes one. Without
 * them the files can be read, and tried, from the bottom up.
 */
export function circles(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    way.push(file);
    for (const imported of imports.get(file) ?? []) visit(imported);
    way.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}
