/** Makes room for one more among at most `countMax`: what was put in first goes. */
export function makeRoom<K>(kept: Pick<Map<K, unknown>, 'size' | 'keys' | 'delete'>, countMax: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size < countMax) return;
    kept.delete(oldest);
  }
}
