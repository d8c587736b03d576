import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonLog, silentLog } from '../../src/base/log.ts';

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
