// The code in the READMEs that people copy compiles against the packages as they are.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a reader has around the code, named as the READMEs name it. */
const around = `
declare const accounts: import('@rollcall/store').AccountStore;
declare const archive: object[];
declare const decoySecret: Uint8Array;
declare const directory: { matches(user: string, password: string): Promise<boolean> };
declare const draw: (...facts: unknown[]) => void;
declare const duplex: import('node:stream').Duplex;
declare const embedded: import('@rollcall/cluster').Embedded;
declare const frontEnd: import('@rollcall/front-end').FrontEnd;
declare const gate: import('@rollcall/cluster').SessionGate;
declare const host: string;
declare const log: import('pino').Logger;
declare const options: import('@rollcall/front-end').FrontEndOptions;
declare const port: number;
declare const secret: string;
declare const signal: AbortSignal;
declare const socket: import('@rollcall/front-end').WebSocketLike;
declare const thousands: string[];
declare const timers: import('@rollcall/store').Timers;
import { ComponentSwitch, accountAuthenticator, callbackAuthenticator, chainAuthenticators, createFrontEnd } from '@rollcall/front-end';
import { httpAuthenticator, jwtAuthenticator, selfSignedCertificate, type HandOver } from '@rollcall/front-end';
import type { OfflineStore } from '@rollcall/cluster';
`;

/** Each block on its own: its imports at the top, the rest where it may name things as it likes. */
function modulesOf(readme: string): Map<string, string> {
  const blocks = readFileSync(join(root, readme), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  const modules = new Map<string, string>();
  for (const [index, [, code = '']] of [...blocks].entries()) {
    const imports = code.match(/^import .*?;$/gms) ?? [];
    const body = code.replace(/^import .*?;$/gms, '');
    const own = imports.join('\n');
    const surroundings = around
      .split('\n')
      .filter((line) => own === '' || !line.startsWith('import'))
      .join('\n');
    const path = join(root, dirname(readme), `readme-${index}.ts`);
    modules.set(path, `${own}\n${surroundings}\nexport async function example() {\n${body}\n}\n`);
  }
  return modules;
}

function problemsOf(modules: ReadonlyMap<string, string>): string[] {
  const read = ts.readConfigFile(join(root, 'test/tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, join(root, 'test'));
  const settings = { ...options, noUnusedLocals: false, noPropertyAccessFromIndexSignature: false };
  const host = ts.createCompilerHost(settings);
  const installed = ts.createCompilerHost(settings);
  host.fileExists = (file) => modules.has(file) || installed.fileExists(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const text = modules.get(file);
    return text === undefined
      ? installed.getSourceFile(file, languageVersion, ...rest)
      : ts.createSourceFile(file, text, languageVersion);
  };
  const program = ts.createProgram([...modules.keys()], settings, host);
  return [...modules.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText, start = 0 }) => {
      const line = (modules.get(file) ?? '').slice(0, start).split('\n').length;
      const text = (modules.get(file) ?? '').split('\n')[line - 1]?.trim() ?? '';
      return `${file}: ${text}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

test.each(['packages/front-end/README.md', 'packages/gateway/README.md', 'README.md'])(
  'the code of %s compiles',
  (readme) => {
    const modules = modulesOf(readme);
    expect(modules.size).toBeGreaterThan(0);
    expect(problemsOf(modules)).toEqual([]);
  },
  120_000,
);
