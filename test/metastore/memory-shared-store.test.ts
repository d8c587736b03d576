import { MemorySharedStore, sharedDisk } from '../../src/metastore/memory-shared-store.ts';
import { conformsToMetadataStore } from '../conformance/metadata-store.ts';
import { conformsToSharedStore } from '../conformance/shared-store.ts';

conformsToMetadataStore('shared memory', async () => {
  const disk = sharedDisk(() => 1);
  return {
    open: async (auditRowsMax) => new MemorySharedStore(disk, auditRowsMax),
    close: async () => {},
  };
});

conformsToSharedStore('memory', async () => {
  let now = 1_000;
  const disk = sharedDisk(() => now);
  return {
    open: async () => new MemorySharedStore(disk),
    pass: async (ms) => {
      now += ms;
    },
  };
});
