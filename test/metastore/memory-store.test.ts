import { MemoryStore, memoryDisk } from '../../src/metastore/memory-store.ts';
import { conformsToMetadataStore } from '../conformance/metadata-store.ts';

conformsToMetadataStore('memory', async () => {
  const disk = memoryDisk();
  return {
    open: async (auditRowsMax) => new MemoryStore(disk, auditRowsMax),
    close: async () => {},
  };
});
