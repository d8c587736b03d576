import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { memoryTalk } from './memory-talk.ts';
import { answersOf, type Talk } from './run-script.ts';
import { printScript, readScript } from './script.ts';
import { socketTalk } from './socket-talk.ts';

const timeoutMs = 230_000;
const files = globSync(path.join(import.meta.dirname, '*.test.sql')).sort();
const ways: readonly (readonly [string, () => Promise<Talk>])[] = [
  ['in memory', memoryTalk],
  ['through a socket', socketTalk],
];

describe('the script', () => {
  for (const file of files) {
    for (const [way, open] of ways) {
      it(`${path.basename(file)} is answered as written, ${way}`, { timeout: timeoutMs }, async () => {
        const cases = readScript(file);
        await using talk = await open();
        const answered = await answersOf(talk, cases);
        // Only what the parts answer is written; the socket must give the same.
        if (process.env['UPDATE'] === '1' && way === 'in memory') writeFileSync(file, printScript(answered));
        assert.equal(printScript(answered), printScript(readScript(file)));
      });
    }
  }
});
