/**
 * Loaded into a server's process before `main.ts`: ends it by SIGKILL at a failpoint, as the file that `STRIKE_FILE` names
 * says: `name:count`, where the count is how often the point is passed from now on until then. `name:count:CODE` throws an
 * error of the system there instead, each time; `name:count:hold` has the process stand still there, with `.held` behind the
 * file's name to say so, until the file is removed. The file is read anew each time, so that a running server can be struck; it is
 * gone when it has struck.
 */
import { existsSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { armFailpoints } from '../../src/base/failpoint.ts';

const file = process.env['STRIKE_FILE'] ?? '';
const holdLookMs = 5;
let current = '';
let passed = 0;

armFailpoints((name) => {
  const strike = read();
  const [target, count, code] = strike.split(':');
  if (name !== target) return;
  if (strike !== current) passed = 0;
  current = strike;
  passed += 1;
  if (passed < Number(count)) return;
  if (code === 'hold') return standStill();
  if (code !== undefined) throw Object.assign(new Error(`${code}: i/o error`), { code, syscall: 'write' });
  if (isTaken()) process.kill(process.pid, 'SIGKILL');
});

function standStill(): void {
  const held = `${file}.held`;
  writeFileSync(held, '');
  while (existsSync(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, holdLookMs);
  // The test may have taken it away.
  rmSync(held, { force: true });
}

/** Whoever removes the file has decided: the test may have given it up at this moment. */
function isTaken(): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

/** Empty when nobody is to be struck. */
function read(): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
