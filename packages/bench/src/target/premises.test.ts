import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configurationFile, filledIn, inNewDirectory } from './premises.ts';

describe('a configuration', () => {
  it('is filled in with the words it needs', () => {
    expect(filledIn('listen $HOST:$PORT, host $HOST', { HOST: 'localhost', PORT: 5222 })).toBe(
      'listen localhost:5222, host localhost',
    );
  });

  it('is not used with a word missing', () => {
    expect(() => filledIn('$PORT', {})).toThrow('$PORT');
  });

  it.each([
    'prosody.lean.cfg.lua',
    'prosody.debian.cfg.lua',
    'ejabberd.lean.yml',
    'ejabberd.debian.yml',
    'rollcall.json',
  ])('is published: %s', async (name) => {
    await expect(access(configurationFile(name))).resolves.toBeUndefined();
  });
});

it('a directory goes when what it was made for fails', async () => {
  let made = '';
  const failing = inNewDirectory('test', (directory) => {
    made = directory;
    return Promise.reject(new Error('no'));
  });
  await expect(failing).rejects.toThrow('no');
  await expect(access(made)).rejects.toThrow('ENOENT');
});
