import { type Metastore, MetastoreError, type Sandbox } from '../../src/metastore/metastore.ts';
import type { BlobBody, BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import type { LocalFiles } from '../../src/snapshot/files.ts';
import { SourceError } from '../../src/source/source-error.ts';
import type { MemoryFolder } from '../support/memory-files.ts';
import type { Chance } from './chance.ts';
import type { Gates, Life } from './gates.ts';

/** What the faulty layers share. `isFaulty` is switched off when the simulation lets everything end. */
export type Trouble = Readonly<{
  gates: Gates;
  chance: Chance;
  life: Life;
  isFaulty: () => boolean;
  /** Keys whose last commit succeeded without an answer: what is shown of them may be one event behind. */
  unanswered: Set<string>;
  /** How long a request to delete is under way. It takes effect then even if its sender has died. */
  untilReceived?: () => Promise<void>;
}>;

/** A call to a store fails this often, one to a source or the metastore more seldom. */
const storeFaultOneIn = 25;
const sourceFaultOneIn = 60;
/** The answer of a commit is lost often: whether it happened is the hardest question of all. */
const commitFaultOneIn = 4;
const metastoreFaultOneIn = 60;

/** A store that throttles, loses answers of puts that succeeded, and leaves damaged blobs behind failed ones. */
export function faultyStore(inner: BlobStore, trouble: Trouble): BlobStore {
  const enter = async (name: string, signal: AbortSignal): Promise<void> => {
    await trouble.gates.pass(trouble.life, name);
    if (signal.aborted) throw new StorageError('cancelled', `${name} was cancelled`);
    if (happens(trouble, storeFaultOneIn)) throw new StorageError('throttled', `${name} was throttled`);
  };
  return {
    capabilities: inner.capabilities,
    async put(key, body, options, signal) {
      const isBlob = key.endsWith('.parquet');
      await trouble.gates.pass(trouble.life, `put ${key}`);
      if (signal.aborted) throw new StorageError('cancelled', 'put was cancelled');
      if (isBlob && happens(trouble, storeFaultOneIn * 2)) {
        // More than the port allows. But what is there is never replaced by a part: another node may count on it by now.
        if ((await inner.stat(key, signal)) === undefined)
          await inner.put(key, await halfOf(body), { ifAbsent: true }, signal);
        throw new StorageError('unavailable', 'the connection broke in the middle of a put');
      }
      if (happens(trouble, storeFaultOneIn)) throw new StorageError('throttled', 'put was throttled');
      await inner.put(key, body, options, signal);
      await trouble.gates.pass(trouble.life, `put answer ${key}`);
      if (happens(trouble, storeFaultOneIn))
        throw new StorageError('timeout', 'the answer of a put was lost');
    },
    async *get(key, range, signal) {
      await enter(`get ${key}`, signal);
      yield* inner.get(key, range, signal);
    },
    async stat(key, signal) {
      await enter(`stat ${key}`, signal);
      return await inner.stat(key, signal);
    },
    async *list(prefix, signal) {
      await enter(`list ${prefix}`, signal);
      yield* inner.list(prefix, signal);
    },
    async *listSegments(prefix, signal) {
      await enter(`list ${prefix}`, signal);
      yield* inner.listSegments(prefix, signal);
    },
    async deleteMany(keys, signal) {
      await enter('delete', signal);
      await trouble.untilReceived?.();
      await inner.deleteMany(keys, signal);
      await enter('delete answer', signal);
    },
    sweepUploads: (olderThanMs, signal) => inner.sweepUploads(olderThanMs, signal),
    async [Symbol.asyncDispose]() {},
  };
}

/** A metastore at which a crash may come before and after each commit, and which is away at times. */
export function faultyMetastore(inner: Metastore, trouble: Trouble): Metastore {
  return {
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    audit: (after, limit, signal) => inner.audit(after, limit, signal),
    position: (signal) => inner.position(signal),
    onCommit: (listener) => inner.onCommit(listener),
    async write(unit, work) {
      await trouble.gates.pass(trouble.life, 'metastore before');
      if (happens(trouble, metastoreFaultOneIn))
        throw new MetastoreError('unavailable', 'the metastore is away');
      let keys: readonly string[] = [];
      const result = await inner.write(unit, (sandbox) => {
        const written: string[] = [];
        keys = written;
        return work(noting(sandbox, written));
      });
      await trouble.gates.pass(trouble.life, 'metastore after');
      if (happens(trouble, metastoreFaultOneIn)) {
        for (const key of keys) trouble.unanswered.add(key);
        throw new MetastoreError('unavailable', 'the answer was lost');
      }
      for (const key of keys) trouble.unanswered.delete(key);
      return result;
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Files whose writes may be cut by a crash: what the port says of each is all that can be relied on. */
export function faultyFiles(inner: LocalFiles, folder: MemoryFolder, trouble: Trouble): LocalFiles {
  const enter = (name: string, torn?: () => void): Promise<void> =>
    trouble.gates.pass(trouble.life, name, torn);
  return {
    ...inner,
    async write(path, bytes) {
      await enter(`write ${path}`);
      await inner.write(path, bytes);
    },
    async append(path, bytes) {
      const part = bytes.subarray(0, trouble.chance.below(bytes.length));
      await enter(`append ${path}`, () =>
        folder.set(path, Buffer.concat([folder.get(path) ?? new Uint8Array(), part])),
      );
      await inner.append(path, bytes);
    },
    async remove(path) {
      await enter(`remove ${path}`);
      await inner.remove(path);
    },
    async receive(path, chunks, signal) {
      const length = await inner.receive(path, chunks, signal);
      const whole = folder.get(path) ?? new Uint8Array();
      await enter(`receive ${path}`, () => folder.set(path, whole.subarray(0, whole.length / 2)));
      return length;
    },
    async sha256(path, signal) {
      await enter(`hash ${path}`);
      return await inner.sha256(path, signal);
    },
  };
}

/** A source that goes away at times, also after it has done what it was told. */
export function faultySource(trouble: Trouble): (point: string) => Promise<void> {
  return async (point) => {
    await trouble.gates.pass(trouble.life, `source ${point}`);
    const oneIn = point === 'commit' || point === 'committed' ? commitFaultOneIn : sourceFaultOneIn;
    if (happens(trouble, oneIn)) throw new SourceError('unavailable', `${point}: the source is away`);
  };
}

function noting(sandbox: Sandbox, written: string[]): Sandbox {
  return {
    get: (key) => sandbox.get(key),
    list: (prefix) => sandbox.list(prefix),
    put(key, content, expected) {
      written.push(key);
      sandbox.put(key, content, expected);
    },
    delete(key, expected) {
      written.push(key);
      sandbox.delete(key, expected);
    },
  };
}

export function happens(trouble: Trouble, oneIn: number): boolean {
  return trouble.isFaulty() && trouble.chance.oneIn(oneIn);
}

async function halfOf(body: BlobBody): Promise<BlobBody> {
  if (body.kind !== 'bytes') throw new Error('the simulation keeps its files in memory');
  return { kind: 'bytes', bytes: body.bytes.subarray(0, body.bytes.length / 2) };
}
