import { patienceMs } from './packages/testkit/src/patience.ts';
import { defineConfig } from 'vitest/config';

// Tests read the packages' sources, so that nothing has to be built first.
const conditions = ['@rollcall/source'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

// On a machine that is slow or busy with other things, too, only what hangs meets these.
const limits = {
  testTimeout: 4 * patienceMs,
  hookTimeout: 4 * patienceMs,
  expect: { poll: { timeout: patienceMs } },
};

export default defineConfig({
  test: {
    // Two files at a time: their servers and clients wait more than they work, and more would starve those that measure.
    maxWorkers: 2,
    reporters: ['default', './test/running/closing-line.ts'],
    projects: [
      {
        resolve,
        ssr,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], ...limits },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          globalSetup: ['./test/running/build.ts'],
          ...limits,
        },
      },
    ],
  },
});
