import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import { migrate } from '../../metastore/kylin/migrate.ts';
import { ownPlace } from '../../metastore/kylin/own-store.ts';
import type { ResourceSource } from '../../metastore/kylin/resource.ts';
import type { MetadataStatement } from '../../sql/statement.ts';

type Format = Extract<MetadataStatement, { kind: 'backup_metadata' }>['format'];

/** `changes` says what a conversion has left out. */
export type Formatted = Readonly<{ source: ResourceSource; changes: string | undefined }>;

const formats = { KYLIN5: 'C', KYLIN5_ALPHA: 'B' } as const;

/** A state in the format that is asked for: Kylin's of generation B becomes one of C. Throws MetadataError `refused` for others. */
export async function inFormat(
  source: ResourceSource,
  format: Format,
  signal: AbortSignal,
): Promise<Formatted> {
  const { generation, place } = source;
  if (format === undefined || formats[format] === generation) return { source, changes: undefined };
  if (place === ownPlace) {
    throw new MetadataError('refused', "Holdfast's own metadata has one format: it is not converted");
  }
  if (generation !== 'B') {
    const text = `'${place}' is of generation ${generation}: only B (FORMAT KYLIN5_ALPHA) becomes C (FORMAT KYLIN5)`;
    throw new MetadataError('refused', text);
  }
  const { source: migrated, left, broken } = await migrate(source, signal);
  return { source: migrated, changes: `left out: ${left.length} of other kinds, ${broken.length} broken` };
}
