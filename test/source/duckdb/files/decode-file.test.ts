import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { decodeFile } from '../../../../src/source/duckdb/files/decode-file.ts';
import { Engine } from '../../../../src/source/duckdb/engine/engine.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const none = new AbortController().signal;

describe('decodeFile', () => {
  let folder: TemporaryFolder;
  let engine: Engine;
  let file: string;
  before(async () => {
    folder = await temporaryFolder();
    engine = await Engine.open({ folder: folder.path, clock: systemClock });
    file = path.join(engine.stagingFolder, 'rows.parquet');
    using connection = await engine.connect();
    await connection.run(
      `COPY (SELECT range AS id, 'x' AS name FROM range(5000)) TO '${file}' (FORMAT parquet)`,
    );
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it('counts the rows of a file whose table it does not know', async () => {
    assert.deepEqual(await decodeFile(engine, { path: file, definition: undefined }, none), { rows: 5000 });
  });

  it('refuses what is no Parquet file', async () => {
    const other = path.join(engine.stagingFolder, 'other.parquet');
    writeFileSync(other, 'not a file of columns');
    await assert.rejects(decodeFile(engine, { path: other, definition: undefined }, none), {
      kind: 'failed',
    });
  });

  it('ends when it is told to', async () => {
    const gone = AbortSignal.abort();
    await assert.rejects(decodeFile(engine, { path: file, definition: undefined }, gone), {
      kind: 'interrupted',
    });
  });
});
