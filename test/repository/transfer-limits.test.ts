import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings } from '../../src/config/settings.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { readTransferLimits, transferProperties, workersMax } from '../../src/repository/transfer-limits.ts';

const silent = {
  uploadWorkerCount: undefined,
  downloadWorkerCount: undefined,
  uploadKbps: undefined,
  downloadKbps: undefined,
};

describe('the limits of transfers in PROPERTIES', () => {
  const good: readonly Readonly<{ given: Record<string, string>; limits: object }>[] = [
    { given: {}, limits: {} },
    { given: { upload_worker_count: '0' }, limits: { uploadWorkerCount: 0 } },
    { given: { download_worker_count: String(workersMax) }, limits: { downloadWorkerCount: workersMax } },
    { given: { max_upload_speed_kbps: '1000000000' }, limits: { uploadKbps: 1_000_000_000 } },
    {
      given: { max_download_speed_kbps: '7', 'aws.s3.region': 'x' },
      limits: { downloadKbps: 7 },
    },
  ];
  for (const { given, limits } of good) {
    it(`read ${JSON.stringify(given)}`, () => {
      assert.deepEqual(readTransferLimits(new Map(Object.entries(given))), { ...silent, ...limits });
    });
  }

  for (const text of ['-1', '65', '1.5', 'many', '0x1', ' 1']) {
    it(`refuse ${JSON.stringify(text)} workers`, () => {
      assert.throws(
        () => readTransferLimits(new Map([['upload_worker_count', text]])),
        (error) => error instanceof SqlError && /from 0 to 64/.test(error.message),
      );
    });
  }

  it('have the names of the settings', () => {
    const names = Object.values(transferProperties).flat();
    assert.deepEqual(
      names.filter((name) => !(name in settings)),
      [],
    );
  });
});
