import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonLog, silentLog, withLogFields } from '../../src/base/log.ts';

describe('the log', () => {
  it('writes one JSON line for each event at its level or above', () => {
    const lines: string[] = [];
    const log = jsonLog(
      'warn',
      (line) => void lines.push(line),
      () => 0,
    );
    log.debug('a');
    log.info('b');
    log.warn('c', { job: 17n, label: 'x\ny', missing: undefined });
    log.error('d');
    assert.deepEqual(lines, [
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"c","job":"17","label":"x\\ny"}\n',
      '{"time":"1970-01-01T00:00:00.000Z","level":"error","event":"d"}\n',
    ]);
  });

  it('cuts long fields', () => {
    const lines: string[] = [];
    jsonLog(
      'debug',
      (line) => void lines.push(line),
      () => 0,
    ).info('a', { sql: 'x'.repeat(100_000) });
    assert.ok((lines[0] ?? '').length < 2_200);
  });

  it('can be silent', () => {
    assert.deepEqual(
      [silentLog.debug('a'), silentLog.info('a'), silentLog.warn('a'), silentLog.error('a')],
      [undefined, undefined, undefined, undefined],
    );
  });
});

describe('lines of one piece of work', () => {
  const lines: unknown[] = [];
  const log = jsonLog(
    'info',
    (line) => lines.push(JSON.parse(line)),
    () => 0,
  );
  const at = { time: '1970-01-01T00:00:00.000Z', level: 'info', event: 'done' };

  it('carry its fields, also those that it causes later, and those of the work around it', async () => {
    lines.length = 0;
    await withLogFields({ connectionId: 7 }, async () => {
      await withLogFields({ job: 10_001n }, async () => {
        await Promise.resolve();
        log.info('done', { state: 'FINISHED' });
      });
      log.info('done');
    });
    log.info('done');
    assert.deepEqual(lines, [
      { ...at, connectionId: 7, job: '10001', state: 'FINISHED' },
      { ...at, connectionId: 7 },
      at,
    ]);
  });

  it('do not mix with those of other work at the same time', async () => {
    lines.length = 0;
    const work = (job: bigint): Promise<void> =>
      withLogFields({ job }, async () => {
        for (let line = 0; line < 2; line++) {
          await Promise.resolve();
          log.info('done');
        }
      });
    await Promise.all([work(1n), work(2n)]);
    assert.deepEqual(
      lines.map((line) => (line as { job: string }).job),
      ['1', '2', '1', '2'],
    );
  });
});
