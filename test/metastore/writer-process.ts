/**
 * A process that writes numbered resources to the metastore in the folder of its first argument and prints each
 * number when its write has been answered, until it is killed. With a failpoint as second argument it kills itself
 * there, in the write after the third.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openMetastore } from '../../src/metastore/open-metastore.ts';

const [dataFolder = '', fatalPoint] = process.argv.slice(2);
let answered = 0;
const metastore = await openMetastore({
  dataFolder,
  instance: 'writer:1',
  clock: systemClock,
  log: silentLog,
  failpoint: (point) => {
    if (point === fatalPoint && answered === 3) process.kill(process.pid, 'SIGKILL');
  },
});
for (;;) {
  const number = answered + 1;
  await metastore.write({ project: 'p', operator: 'writer' }, (sandbox) => {
    sandbox.put(`/p/t/${number}`, { number });
    sandbox.put(`/p/twin/${number}`, { number });
  });
  answered = number;
  writeSync(1, `${number}\n`);
}
