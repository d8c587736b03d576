import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import { globalProject, resourceKey, typePrefix } from '../key.ts';
import type { Metastore } from '../metastore.ts';
import type { Secrets } from '../secrets.ts';
import { MetadataError } from './metadata-error.ts';
import { KylinStore } from './jdbc/store.ts';
import { placeOf, readKylinUrl } from './jdbc/url.ts';
import type { Generation, ResourceStore } from './resource.ts';

/** A metastore that was named by CREATE METADATA STORE. */
export type MetadataStoreRecord = Readonly<{
  name: string;
  /** Sealed: it holds the password. */
  url: string;
  /** For people: `kylin_metadata@db:3306/kylin`. */
  place: string;
  user: string;
  generation: Generation;
  createdAt: number;
}>;

type Parts = Readonly<{ metastore: Metastore; secrets: Secrets; clock: Clock }>;

const type = 'metadata_store';
/** As the names of catalogs. */
const namePattern = /^[a-zA-Z_]\w{0,254}$/;

/** The metastores of others that can be backed up and restored by name. */
export class MetadataStores {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** In the order of their names. */
  list(): readonly MetadataStoreRecord[] {
    return this.#parts.metastore.list(typePrefix(globalProject, type)).map(({ content }) => decode(content));
  }

  /** Looks at the store before it is kept. Throws MetadataError. */
  async create(name: string, url: string, operator: string, signal: AbortSignal): Promise<void> {
    if (!namePattern.test(name)) throw badName(name);
    if (this.list().some((known) => known.name === name)) throw exists(name);
    const options = readKylinUrl(new Secret(url));
    await using source = await new KylinStore(options).openForBackup(signal);
    const { secrets, clock } = this.#parts;
    const record: MetadataStoreRecord = {
      name,
      url: secrets.seal(new Secret(url)),
      place: placeOf(options),
      user: options.user,
      generation: source.generation,
      createdAt: clock.now(),
    };
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      if (sandbox.get(keyOf(name)) !== undefined) throw exists(name);
      sandbox.put(keyOf(name), record, -1);
    });
  }

  /** Forgets the store; its database is left as it is. */
  async drop(name: string, operator: string): Promise<void> {
    this.#get(name);
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) =>
      sandbox.delete(keyOf(name)),
    );
  }

  /** Throws MetadataError `not_found`. */
  open(name: string): ResourceStore {
    const { url } = this.#get(name);
    return new KylinStore(readKylinUrl(this.#parts.secrets.open(url)));
  }

  #get(name: string): MetadataStoreRecord {
    const found = this.#parts.metastore.get(keyOf(name));
    if (found !== undefined) return decode(found.content);
    throw new MetadataError('not_found', `there is no metadata store '${name}'`, {
      hint: 'SHOW METADATA STORES lists them.',
    });
  }
}

function keyOf(name: string): string {
  return resourceKey(globalProject, type, name === '' ? '?' : name);
}

/** Only `create` writes these resources, in this form. */
function decode(content: unknown): MetadataStoreRecord {
  return content as MetadataStoreRecord;
}

function exists(name: string): MetadataError {
  return new MetadataError('exists', `metadata store '${name}' already exists`);
}

function badName(name: string): MetadataError {
  return new MetadataError(
    'illegal',
    `'${name}' is no name of a metadata store: letters, digits and underscores`,
  );
}
