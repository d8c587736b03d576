import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GivenUpRows } from '../../src/job/given-up-rows.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';

const calm = new AbortController().signal;

function open(): Readonly<{ rows: GivenUpRows; told: string[]; asked: string[] }> {
  const told: string[] = [];
  const asked: string[] = [];
  const rows = new GivenUpRows({
    restoring: {
      giveUpRows: async (target, why) => {
        asked.push(`${target}: ${why}`);
        return `without ${target}`;
      },
    },
    targets: [
      { kind: 'TABLE', name: 't', target: 't' },
      { kind: 'MATERIALIZED_VIEW', name: 'v', target: 'w' },
    ],
    tell: (target, why) => told.push(`${target}: ${why}`),
  });
  return { rows, told, asked };
}

const lost = async (): Promise<void> => {
  throw new SnapshotError('corrupt', 'blob b is damaged');
};

describe('rows of a restore that cannot be had', () => {
  it('are given up once for a view, whose other work is then not done', async () => {
    const { rows, told, asked } = open();
    let done = 0;
    const work = async (): Promise<void> => void done++;
    assert.equal(await rows.without('w', work, calm), true);
    const ends = await Promise.all([rows.without('w', lost, calm), rows.without('w', lost, calm)]);
    assert.deepEqual(ends, [false, false]);
    assert.equal(await rows.without('w', work, calm), false);
    assert.equal(done, 1);
    assert.deepEqual(asked, ['w: blob b is damaged']);
    assert.deepEqual(told, ['w: without w']);
  });

  it('end the job for a table', async () => {
    const { rows, asked } = open();
    await assert.rejects(rows.without('t', lost, calm), { message: 'blob b is damaged' });
    assert.deepEqual(asked, []);
  });

  it('end the job where it is not the rows that are lost', async () => {
    const { rows } = open();
    const away = async (): Promise<void> => {
      throw new StorageError('unavailable', 'away');
    };
    await assert.rejects(rows.without('w', away, calm), { message: 'away' });
  });

  it('are not given up for a cancel', async () => {
    const { rows, asked } = open();
    const controller = new AbortController();
    const cut = async (): Promise<void> => {
      controller.abort(new Error('cancelled'));
      await lost();
    };
    await assert.rejects(rows.without('w', cut, controller.signal), { message: 'cancelled' });
    assert.deepEqual(asked, []);
  });
});
