import path from 'node:path';
import { openLocalStore } from '../../../../src/repository/adapters/local/store.ts';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

conformsToBlobStore({ name: 'local', open: openInTemporaryFolder });

async function openInTemporaryFolder(): Promise<BlobStore> {
  const folder = await temporaryFolder();
  const store = await openLocalStore({ root: path.join(folder.path, 'store'), now: Date.now });
  return Object.assign(store, { [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() });
}
