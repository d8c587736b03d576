/**
 * Loaded into a server's process before `main.ts`, and into each of its threads: the clock shows what the system's shows and as many
 * milliseconds more as the file says that `CLOCK_FILE` names. The file is read anew each time, so that the clock of a
 * running server can be set.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_FILE'] ?? '';
const systemNow = Date.now.bind(Date);

Date.now = () => systemNow() + shiftMs();

/** 0 until somebody has set the clock. */
function shiftMs(): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
