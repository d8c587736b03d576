import type { BlobKey, BlobStore } from '../repository/blob-store.ts';
import { blobKey, decodeSegment, encodeSegment } from '../repository/key.ts';

/** Where everything of one repository lies below its location. Design: docs/format.md, "Keys". */
export type RepositoryLayout = Readonly<{
  /** Ends with a slash, as the prefixes do. */
  root: string;
  info: BlobKey;
  snapshotsPrefix: string;
  blobsPrefix: string;
  /** Backups of metadata lie under it. */
  metadataPrefix: string;
  manifest: (label: string, timestamp: string) => BlobKey;
  /** All manifests of one label lie under it. */
  labelPrefix: (label: string) => string;
  blob: (sha256: string) => BlobKey;
}>;

/** A repository that is open: what the writer and the reader need. */
export type SnapshotPlace = Readonly<{
  store: BlobStore;
  layout: RepositoryLayout;
  /** Tells it from every other place, for what is remembered of it across restarts; missing where nothing is. */
  identity?: string;
}>;

export type SnapshotName = Readonly<{ label: string; timestamp: string }>;

const manifestFile = 'manifest.json';
const timestampPattern = /^\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-\d{3}$/;

export function layoutOf(repository: string): RepositoryLayout {
  const root = `__holdfast_repository_${encodeSegment(repository)}/`;
  const snapshotsPrefix = `${root}snapshots/`;
  const blobsPrefix = `${root}blobs/`;
  const labelPrefix = (label: string): string => `${snapshotsPrefix}${encodeSegment(label)}/`;
  return {
    root,
    info: blobKey(`${root}__repo_info`),
    snapshotsPrefix,
    blobsPrefix,
    metadataPrefix: `${root}metadata/`,
    labelPrefix,
    manifest: (label, timestamp) =>
      blobKey(`${labelPrefix(label)}${encodeSegment(timestamp)}/${manifestFile}`),
    blob: (sha256) => blobKey(`${blobsPrefix}${sha256.slice(0, 2)}/${sha256}.parquet`),
  };
}

/** Which snapshot a key is the manifest of; `undefined` for any other key. */
export function snapshotOfKey(layout: RepositoryLayout, key: string): SnapshotName | undefined {
  if (!key.startsWith(layout.snapshotsPrefix)) return undefined;
  const [label, timestamp, file, ...more] = key.slice(layout.snapshotsPrefix.length).split('/');
  if (label === undefined || timestamp === undefined || file !== manifestFile || more.length > 0) {
    return undefined;
  }
  const decoded = decodeSegment(label);
  return decoded === undefined || !timestampPattern.test(timestamp)
    ? undefined
    : { label: decoded, timestamp };
}

/** StarRocks' snapshot timestamp, `yyyy-MM-dd-HH-mm-ss-SSS` in the server's zone, of a time in ms. */
export function formatTimestamp(atMs: number): string {
  const at = new Date(atMs);
  const parts = [
    String(at.getFullYear()).padStart(4, '0'),
    ...[at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()].map((part) =>
      String(part).padStart(2, '0'),
    ),
    String(at.getMilliseconds()).padStart(3, '0'),
  ];
  return parts.join('-');
}
