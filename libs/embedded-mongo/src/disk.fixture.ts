import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded before the program (`--import`), this puts its disk into the hands of the process that started it: what comes over the channel between them says
 * whether the log is forced to the disk at once, has to wait, or fails. Each order is confirmed, and whatever has to wait is reported.
 */
export type Disk = 'works' | 'waits' | 'fails';

const flush = fs.fdatasync.bind(fs);
const waiting: (() => void)[] = [];
let disk: Disk = 'works';

function forced(file: number, done: fs.NoParamCallback): void {
  if (disk === 'fails') process.nextTick(done, Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
  else if (disk === 'works') flush(file, done);
  else {
    waiting.push(() => {
      forced(file, done);
    });
    process.send?.('waiting');
  }
}

Object.assign(fs, { fdatasync: forced });
syncBuiltinESMExports();

process.on('message', (order: Disk) => {
  disk = order;
  if (disk !== 'waits') for (const go of waiting.splice(0)) go();
  process.send?.(`disk ${disk}`);
});
process.channel?.unref();
