import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readPassword } from './password.ts';

/** A terminal as far as readline asks: keys in, and whether it echoes is the program's affair. */
class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

async function typed(keys: string): Promise<{ password: string; screen: string; isRaw: boolean }> {
  const input = new FakeTerminal();
  const prompts = new PassThrough();
  input.write(keys);
  const password = await readPassword({
    fromStandardInput: false,
    input: input as unknown as NodeJS.ReadStream,
    prompts,
  });
  return { password, screen: String(prompts.read()), isRaw: input.isRaw };
}

async function piped(text: string): Promise<string> {
  const input = new PassThrough();
  input.end(text);
  return readPassword({
    fromStandardInput: true,
    input: input as unknown as NodeJS.ReadStream,
    prompts: new PassThrough(),
  });
}

describe('at a terminal', () => {
  test('the password is asked for twice, without echo, and the terminal is left as it was', async () => {
    expect(await typed('secret\rsecret\r')).toEqual({
      password: 'secret',
      screen: 'Password: \nAgain: \n',
      isRaw: false,
    });
  });

  test('the keys that edit a line do', async () => {
    expect((await typed('secres\u007ft\rsecret\r')).password).toBe('secret');
  });

  test('two that differ are refused', async () => {
    await expect(typed('secret\rsecrets\r')).rejects.toThrow('The two passwords differ');
  });

  test.each(['\u0003', 'sec\u0003', 'secret\r\u0003', '\u0004'])('%j breaks off', async (keys) => {
    await expect(typed(keys)).rejects.toThrow('Interrupted; nothing was changed.');
  });
});

describe('from standard input', () => {
  test.each(['secret', 'secret\n', 'secret\r\n'])('%j is one password', async (text) => {
    expect(await piped(text)).toBe('secret');
  });

  test('white space belongs to it', async () => {
    expect(await piped(' two words \n')).toBe(' two words ');
  });

  test.each(['', '\n'])('%j is none', async (text) => {
    await expect(piped(text)).rejects.toThrow('The password is empty');
  });
});

test('without a terminal and without the option there is nobody to ask', async () => {
  const input = new PassThrough() as unknown as NodeJS.ReadStream;
  const asking = readPassword({ fromStandardInput: false, input, prompts: new PassThrough() });
  await expect(asking).rejects.toMatchObject({ exitCode: 2 });
});
