// What npm would publish: found by every resolution that is promised (ESM), typed, complete, and working in a project
// that has nothing else.

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { RunningProcess } from '@rollcall/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PackedProject, root, type Packed } from './packed.ts';

let project: PackedProject;
beforeAll(async () => {
  project = await PackedProject.make();
});
afterAll(() => project.remove());

const published = 'xmpp presence store cluster nats front-end gateway server bench'.split(' ');

function packed(folder: string): Packed {
  const found = project.packages.find(({ name }) => name === `@rollcall/${folder}`);
  if (found === undefined) throw new Error(`packages/${folder} is not published`);
  return found;
}

/** Where the packages promise nothing: `moduleResolution` of before 2022, and `require` where it cannot load ESM. */
const notPromised = ['node10', 'node16-cjs'];

test('these and no others are published', () => {
  const names = project.packages.map(({ name }) => name);
  expect(names.sort()).toEqual(published.map((name) => `@rollcall/${name}`).sort());
});

test.each(published)('@rollcall/%s has nothing that publint objects to', async (folder) => {
  const { directory } = packed(folder);
  const { messages, pkg } = await publint({ pkgDir: directory, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test.each(published)('the types of @rollcall/%s resolve as its code does', async (folder) => {
  const data = await readFile(packed(folder).tarball);
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (analysis.types === false) throw new Error('there are no types');
  const problems = analysis.problems.filter(
    (problem) => !('resolutionKind' in problem && notPromised.includes(problem.resolutionKind)),
  );
  expect(problems).toEqual([]);
});

test.each(published)('@rollcall/%s brings the licence, its README and no test', async (folder) => {
  const installed = join(project.directory, 'node_modules/@rollcall', folder);
  const licence = await readFile(join(root, 'LICENSE'), 'utf8');
  expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toBe(licence);
  expect(await readFile(join(installed, 'README.md'), 'utf8')).toContain(`# @rollcall/${folder}`);
  const data = new Uint8Array(await readFile(packed(folder).tarball));
  const files = createPackageFromTarballData(data).listFiles();
  expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
});

test('in an empty project, all three depths compile and work', async () => {
  const source = fileURLToPath(new URL('./consumer/three-depths.ts', import.meta.url));
  expect(await project.compileAndRun(source)).toBe(
    'stream true\nsession alice@localhost/web Lunch\nask away\n',
  );
});

test('in an empty project, npx rollcall start serves', async () => {
  const ports = ['--listen-xmpp', '--listen-websocket', '--listen-admin'];
  const listening = ports.flatMap((option) => [option, '127.0.0.1:0']);
  const server = await RunningProcess.start('npx', ['rollcall', 'start', ...listening], {
    cwd: project.directory,
  });
  try {
    await server.waitForLine(/Rollcall serves localhost/);
  } finally {
    await server.stop();
  }
});
