/**
 * The store's sources as JavaScript, for child processes of tests: Node 20 does not run TypeScript, and tests must not
 * need a build.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));

export interface CompiledSources {
  /** The path of what was `packages/store/<source>`. */
  pathOf(source: string): string;
  remove(): Promise<void>;
}

export async function compileSources(): Promise<CompiledSources> {
  // Within the package, so that imports of dependencies resolve.
  await mkdir(join(packageRoot, 'dist'), { recursive: true });
  const target = await mkdtemp(join(packageRoot, 'dist', 'for-tests-'));
  const sources = (await filesBelow('src')).concat(await filesBelow('test'));
  await Promise.all(sources.map((source) => compile(source, target)));
  return {
    pathOf: (source) => join(target, source.replace(/\.ts$/, '.js')),
    remove: () => rm(target, { recursive: true, force: true }),
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(join(packageRoot, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|contract)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

async function compile(source: string, target: string): Promise<void> {
  const text = await readFile(join(packageRoot, source), 'utf8');
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  const path = join(target, source.replace(/\.ts$/, '.js'));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, outputText);
}
