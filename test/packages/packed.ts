// The packages as npm would publish them, and an empty project that has them installed.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  readonly name: string;
  readonly directory: string;
  readonly tarball: string;
}

export class PackedProject {
  readonly directory: string;
  readonly packages: readonly Packed[];

  private constructor(directory: string, packages: readonly Packed[]) {
    this.directory = directory;
    this.packages = packages;
  }

  /** Packs all that is published and installs it. What others have made comes from the registry, or npm's cache. */
  static async make(): Promise<PackedProject> {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-packed-'));
    const packages = await published(directory);
    const names = packages.map(({ name }) => ['--workspace', name]).flat();
    const tarballs = join(directory, 'tarballs');
    await mkdir(tarballs);
    await npm(['pack', '--ignore-scripts', '--pack-destination', tarballs, ...names], root);
    await writeFile(join(directory, 'package.json'), '{ "private": true, "type": "module" }');
    const files = packages.map(({ tarball }) => tarball);
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], directory);
    return new PackedProject(directory, packages);
  }

  /** Compiles a source as strictly as can be, with the packages' own types checked too, and runs it. */
  async compileAndRun(source: string): Promise<string> {
    await writeFile(join(this.directory, 'main.ts'), await readFile(source, 'utf8'));
    const compilerOptions = {
      target: 'ES2023',
      module: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      typeRoots: [join(root, 'node_modules/@types')],
      types: ['node'],
    };
    const config = JSON.stringify({ compilerOptions, files: ['main.ts'] });
    await writeFile(join(this.directory, 'tsconfig.json'), config);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const problems = await run(process.execPath, [compiler, '-p', '.'], {
      cwd: this.directory,
    }).then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    // Some of what others have published does not compile without `skipLibCheck`.
    const ours = problems
      .split('\n')
      .filter((line) => /^(main|node_modules\/@rollcall)/.test(line));
    if (ours.length > 0) throw new Error(`it does not compile:\n${ours.join('\n')}`);
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: this.directory });
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function published(directory: string): Promise<readonly Packed[]> {
  const packed: Packed[] = [];
  for (const folder of await readdir(join(root, 'packages'))) {
    const own = join(root, 'packages', folder);
    const {
      name,
      version,
      private: isPrivate,
    } = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
      private?: boolean;
    };
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    if (isPrivate !== true)
      packed.push({ name, directory: own, tarball: join(directory, 'tarballs', file) });
  }
  return packed;
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  await run('npm', [...args, '--loglevel', 'error'], { cwd });
}
