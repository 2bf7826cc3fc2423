// Passwords come from the terminal without echo or from standard input, never from the command line, which every other
// user of the machine can read.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandFailure, exitCodes } from './exit.ts';

export interface PasswordSource {
  readonly fromStandardInput: boolean;
  readonly input: NodeJS.ReadStream;
  /** Where the questions are written. */
  readonly prompts: NodeJS.WritableStream;
}

export async function readPassword(source: PasswordSource): Promise<string> {
  const password = await enteredPassword(source);
  if (password === '') throw new CommandFailure('The password is empty; nothing was changed.');
  return password;
}

async function enteredPassword(source: PasswordSource): Promise<string> {
  const { fromStandardInput, input, prompts } = source;
  if (fromStandardInput) return (await text(input)).replace(/\r?\n$/, '');
  if (!input.isTTY)
    throw new CommandFailure(
      'There is no terminal to ask for the password; give it on standard input, with --password-stdin.',
      { exitCode: exitCodes.misused },
    );
  const [password, again] = await answersWithoutEcho(['Password: ', 'Again: '], input, prompts);
  if (password === undefined || again === undefined)
    throw new CommandFailure('Interrupted; nothing was changed.');
  if (password !== again)
    throw new CommandFailure('The two passwords differ; nothing was changed.');
  return password;
}

/** Fewer answers than questions when the user has broken off. */
async function answersWithoutEcho(
  questions: readonly string[],
  input: NodeJS.ReadStream,
  prompts: NodeJS.WritableStream,
): Promise<readonly string[]> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: unseen, terminal: true });
  terminal.on('SIGINT', () => terminal.close());
  const lines = terminal[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      prompts.write(question);
      const line: IteratorResult<string> = await lines.next();
      prompts.write('\n');
      if (line.done === true) break;
      answers.push(line.value);
    }
    return answers;
  } finally {
    terminal.close();
  }
}
