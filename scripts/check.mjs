// npm run check: everything that can be known of the sources within seconds. The checks run side by side; what they
// have seen before and has not changed they do not look at again (.cache).

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const checks = [
  {
    name: 'lint',
    commands: ['eslint . --cache --cache-location .cache/eslint --cache-strategy content'],
  },
  { name: 'types', commands: ['tsc -b', 'tsc -p test/tsconfig.json'] },
  { name: 'unit tests', commands: ['vitest run --project unit'] },
  {
    name: 'format',
    commands: ['prettier --check . --cache --cache-location .cache/prettier --log-level warn'],
  },
  {
    name: 'layers',
    commands: ['depcruise packages test --config .dependency-cruiser.cjs --output-type err'],
  },
  {
    name: 'unused exports',
    commands: [
      'ts-unused-exports tsconfig.unused.json --allowUnusedTypes --showLineNumber --silent ' +
        // What is given to others, and what is loaded by name.
        '--excludePathsFromReport=src/index.ts;src/contract.ts;vitest.config.ts;/test/;-command.ts',
    ],
  },
];

const waiting = [...checks];
let failed = false;
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
process.exitCode = failed ? 1 : 0;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const startMs = performance.now();
    const { ok, output } = await all(check.commands);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    process.stdout.write(`${ok ? 'passed' : 'FAILED'}  ${check.name} (${seconds} s)\n`);
    if (ok) continue;
    failed = true;
    process.stdout.write(`${output}\n`);
  }
}

async function all(commands) {
  for (const command of commands) {
    const result = await run(command);
    if (!result.ok) return result;
  }
  return { ok: true, output: '' };
}

function run(command) {
  const [program, ...args] = command.split(' ');
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { cwd: root });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
