// npm run conformance -- [--against rollcall|prosody|ejabberd|all]... [--only WORDS] [--report FILE.md]
//
// Runs the suite against each server in turn, Rollcall unless told otherwise. Rollcall must pass; what a peer fails is a
// result like any other. With several servers, ends in a table of the rules in which they differ.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const kinds = ['rollcall', 'prosody', 'ejabberd'];

const { values } = parseArgs({
  options: {
    against: { type: 'string', multiple: true, default: ['rollcall'] },
    only: { type: 'string' },
    report: { type: 'string' },
  },
});
const wanted = values.against.includes('all') ? kinds : values.against;
const unknown = wanted.filter((kind) => !kinds.includes(kind));
if (unknown.length > 0) {
  process.stderr.write(`--against ${unknown.join(', ')}: it is one of ${kinds.join(', ')}, all\n`);
  process.exit(2);
}

const results = mkdtempSync(join(tmpdir(), 'rollcall-conformance-'));
let failed = false;
for (const kind of wanted) {
  process.stdout.write(`\n${kind}\n`);
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--project', 'system', 'test/conformance/conformance.test.ts'],
      ...['--reporter', './test/conformance/matrix/matrix-reporter.ts'],
      ...(values.only === undefined ? [] : ['-t', values.only]),
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        CONFORMANCE_AGAINST: kind,
        CONFORMANCE_RESULTS: results,
        ...(values.report === undefined ? {} : { CONFORMANCE_REPORT: resolve(values.report) }),
      },
    },
  );
  if (kind === 'rollcall' && status !== 0) failed = true;
}
rmSync(results, { recursive: true });
process.exit(failed ? 1 : 0);
