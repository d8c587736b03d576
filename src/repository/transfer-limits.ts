import { type PropertyTable, propertyError, readProperties } from './properties.ts';

/**
 * What PROPERTIES of one repository say of its transfers. Where they are silent the setting of the same name of ADMIN SET
 * FRONTEND CONFIG counts; it counts for 0 workers, too, while 0 kbps is no bound.
 */
export type TransferLimits = Readonly<{
  uploadWorkerCount: number | undefined;
  downloadWorkerCount: number | undefined;
  uploadKbps: number | undefined;
  downloadKbps: number | undefined;
}>;

/** The names are those of the settings. */
export const transferProperties: PropertyTable<keyof TransferLimits> = {
  uploadWorkerCount: ['upload_worker_count'],
  downloadWorkerCount: ['download_worker_count'],
  uploadKbps: ['max_upload_speed_kbps'],
  downloadKbps: ['max_download_speed_kbps'],
};

/** As the settings have it: more transfers at once gain nothing from one process. */
export const workersMax = 64;
const kbpsMax = 1_000_000_000;

/** Throws SqlError for a limit that is no whole number, or too large. */
export function readTransferLimits(properties: ReadonlyMap<string, string>): TransferLimits {
  const reader = readProperties(transferProperties, properties);
  const number = (name: keyof TransferLimits, max: number): number | undefined => {
    const text = reader.text(name);
    if (text === undefined) return undefined;
    if (/^\d{1,12}$/.test(text) && Number(text) <= max) return Number(text);
    throw propertyError(`'${reader.spelling(name)}' must be a whole number from 0 to ${max}`);
  };
  return {
    uploadWorkerCount: number('uploadWorkerCount', workersMax),
    downloadWorkerCount: number('downloadWorkerCount', workersMax),
    uploadKbps: number('uploadKbps', kbpsMax),
    downloadKbps: number('downloadKbps', kbpsMax),
  };
}
