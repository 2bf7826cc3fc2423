// Loaded into a server before it starts: on SIGUSR2 it says what is left on its heap after a garbage collection.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

let times = 0;

process.on('SIGUSR2', () => {
  collectGarbage();
  const { heapUsed } = process.memoryUsage();
  process.stdout.write(`heap ${++times}: ${heapUsed}\n`);
});
