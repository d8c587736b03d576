import { unreachable } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { azureProperties, hadoopProperties, readAzureOptions } from './adapters/azure/options.ts';
import { cosProperties, readCosOptions } from './adapters/cos/options.ts';
import { gcsProperties, readGcsOptions } from './adapters/gcs/options.ts';
import { hdfsProperties, nameNodeProperties, readHdfsOptions } from './adapters/hdfs/options.ts';
import { openLocalStore } from './adapters/local/store.ts';
import { ossProperties, readOssOptions } from './adapters/oss/options.ts';
import { readS3Options, s3Properties } from './adapters/s3/options.ts';
import type { BlobStore } from './blob-store.ts';
import type { Location } from './location.ts';
import { Cleanups } from './objects/cleanups.ts';
import type { ObjectTools } from './objects/tools.ts';
import { type PropertyTable, unknownProperties } from './properties.ts';
import { transferProperties } from './transfer-limits.ts';

/** What an adapter is opened with. */
export type AdapterTools = Omit<ObjectTools, 'now' | 'cleanups'> &
  Readonly<{
    clock: Clock;
    /** A connection that is silent for longer is dead. */
    silenceMsMax: number;
  }>;

/**
 * Opens the adapter of a location. Adapters of clouds are loaded here, when the first repository needs them: nobody pays
 * for an SDK that is not used. Throws SqlError for PROPERTIES that are wrong.
 */
export async function openAdapter(
  location: Location,
  properties: ReadonlyMap<string, string>,
  tools: AdapterTools,
): Promise<BlobStore> {
  switch (location.scheme) {
    case 'file':
      return openLocalStore({ root: location.path, clock: tools.clock });
    case 's3a':
    case 's3':
    case 's3n': {
      const { bucket, path } = location;
      const options = readS3Options(bucket, properties);
      const { openS3Store } = await import('./adapters/s3/store.ts');
      return openS3Store({ bucket, path, options, silenceMsMax: tools.silenceMsMax }, objectTools(tools));
    }
    case 'oss': {
      const { bucket, path } = location;
      const options = readOssOptions(bucket, properties);
      const { openOssStore } = await import('./adapters/oss/store.ts');
      return openOssStore({ bucket, path, options, silenceMsMax: tools.silenceMsMax }, objectTools(tools));
    }
    case 'cosn': {
      const { bucket, path } = location;
      const options = readCosOptions(bucket, properties);
      const { openCosStore } = await import('./adapters/cos/store.ts');
      return openCosStore({ path, options, silenceMsMax: tools.silenceMsMax }, objectTools(tools));
    }
    case 'hdfs': {
      const options = readHdfsOptions(location, properties);
      const { openHdfsStore } = await import('./adapters/hdfs/store.ts');
      const { silenceMsMax, clock, retried } = tools;
      const now = (): number => clock.now();
      return openHdfsStore({ path: location.path, options, silenceMsMax, now, retried });
    }
    case 'gs': {
      const { bucket, path } = location;
      const options = readGcsOptions(properties);
      const { openGcsStore } = await import('./adapters/gcs/store.ts');
      return openGcsStore({ bucket, path, options, silenceMsMax: tools.silenceMsMax }, objectTools(tools));
    }
    case 'wasb':
    case 'wasbs':
    case 'abfs':
    case 'abfss': {
      const options = readAzureOptions(location, properties);
      const { openAzureStore } = await import('./adapters/azure/store.ts');
      const { silenceMsMax } = tools;
      return openAzureStore({ path: location.path, options, silenceMsMax }, objectTools(tools));
    }
    default:
      return unreachable(location);
  }
}

/** The tools of one object store: what it cleans up is its own. */
export function objectTools({ clock, memory, retried }: AdapterTools): ObjectTools {
  return { now: () => clock.now(), memory, retried, cleanups: new Cleanups() };
}

/** Warnings for keys of PROPERTIES that the adapter of a location does not read. */
export function propertyWarnings(
  location: Location,
  properties: ReadonlyMap<string, string>,
): readonly string[] {
  return unknownProperties(knownProperties(location, properties), properties);
}

/** Every spelling of PROPERTIES that means something at a location. */
export function knownProperties(
  location: Location,
  properties: ReadonlyMap<string, string>,
): readonly string[] {
  const tables = [transferProperties, ...propertyTables(location, properties)];
  return tables.flatMap((table) => Object.values(table).flat());
}

/** What each kind of store reads. These tables load no SDK. */
function propertyTables(
  location: Location,
  properties: ReadonlyMap<string, string>,
): readonly PropertyTable<string>[] {
  switch (location.scheme) {
    case 's3a':
    case 's3':
    case 's3n':
      return [s3Properties];
    case 'oss':
      return [ossProperties];
    case 'hdfs':
      return [hdfsProperties, nameNodeProperties(properties)];
    case 'cosn':
      return [cosProperties];
    case 'gs':
      return [gcsProperties];
    case 'wasb':
    case 'wasbs':
    case 'abfs':
    case 'abfss':
      return [azureProperties, hadoopProperties(location)];
    case 'file':
      return [];
    default:
      return unreachable(location);
  }
}
