import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';

/** A day that every test may know. */
export const testNow: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** An empty memory store whose blobs are all written at `testNow`. */
export function memoryStore(): MemoryStore {
  return new MemoryStore(() => testNow);
}
