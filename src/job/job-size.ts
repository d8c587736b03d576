import { chunksOf, type Manifest, type ManifestChunk, rowsOf } from '../snapshot/manifest.ts';

/** How much a job saves or brings back. A blob that several chunks name is one file. */
export type JobSize = Readonly<{ rows: number; bytes: number; files: number }>;

export function sizeOfChunks(chunks: readonly Pick<ManifestChunk, 'sha256' | 'bytes' | 'rows'>[]): JobSize {
  const bytesByFile = new Map(chunks.map(({ sha256, bytes }) => [sha256, bytes]));
  return {
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    bytes: [...bytesByFile.values()].reduce((sum, bytes) => sum + bytes, 0),
    files: bytesByFile.size,
  };
}

/** Of all that a snapshot holds. */
export function sizeOfManifest(manifest: Manifest): JobSize {
  const rows = manifest.objects.flatMap((object) => rowsOf(object) ?? []);
  return sizeOfChunks(rows.flatMap((each) => chunksOf(each).map(({ chunk }) => chunk)));
}
