import { MemoryStore } from '../../../../src/repository/adapters/memory/store.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';

conformsToBlobStore({ name: 'memory', open: async () => new MemoryStore(() => 1_700_000_000_000) });
