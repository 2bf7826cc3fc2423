import { patienceMs } from './packages/testkit/src/patience.ts';
import { defineConfig } from 'vitest/config';

// Tests read the packages' sources, so that nothing has to be built first.
const conditions = ['@rollcall/source'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

// On a machine that is slow or busy with other things, too, only what hangs meets these.
const limits = {
  testTimeout: 8 * patienceMs,
  hookTimeout: 8 * patienceMs,
  expect: { poll: { timeout: patienceMs } },
};

// What holds latencies against bounds has the machine to itself.
const measuring = ['test/server/slow-client.test.ts', 'test/server/login-flood.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/running/closing-line.ts'],
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          ...limits,
          // No module has state of its own, so files may share what is loaded.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'measuring',
          include: measuring,
          globalSetup: ['./test/running/build.ts'],
          ...limits,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...measuring, '**/node_modules/**', '**/dist/**'],
          globalSetup: ['./test/running/build.ts'],
          ...limits,
          // Servers and clients wait more than they work: for leases, elections, and what must not come.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
