import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addOptions,
  count,
  decimal,
  flag,
  list,
  optionalText,
  share,
  valuesOf,
  word,
  type OptionSet,
} from './option.ts';

const options = {
  contacts: count(1000, 'contacts'),
  pauseMs: count(20, 'pause', 0),
  rate: decimal(1.5, 'rate'),
  online: share(1, 'share'),
  server: word('rollcall', ['rollcall', 'prosody'], 'server'),
  target: list('<T>', 'targets', (text) => text),
  size: list('<N>', 'sizes', Number, [5]),
  json: optionalText('<FILE>', 'file'),
  skipRaw: flag('skip'),
};

function read(argv: readonly string[], set: OptionSet = options) {
  const command = new Command('test').exitOverride().configureOutput({ writeErr: () => undefined });
  addOptions(command, set);
  command.parse(argv, { from: 'user' });
  return valuesOf(options, command.opts());
}

describe('options', () => {
  it('have values without being given', () => {
    expect(read([])).toEqual({
      contacts: 1000,
      pauseMs: 20,
      rate: 1.5,
      online: 1,
      server: 'rollcall',
      target: [],
      size: [5],
      json: undefined,
      skipRaw: false,
    });
  });

  it('are given in kebab case', () => {
    const argv = ['--contacts', '10_000', '--pause-ms', '0', '--rate', '0.5', '--online', '0'];
    const more = ['--server', 'prosody', '--json', 'f', '--skip-raw'];
    expect(read([...argv, ...more])).toMatchObject({
      contacts: 10_000,
      pauseMs: 0,
      rate: 0.5,
      online: 0,
      server: 'prosody',
      json: 'f',
      skipRaw: true,
    });
  });

  it('that are lists may be given again, or with commas, and replace the default', () => {
    expect(read(['--target', 'a,b', '--target', 'c', '--size', '7'])).toMatchObject({
      target: ['a', 'b', 'c'],
      size: [7],
    });
  });

  it.each([
    [['--contacts', '0'], /whole number from 1/],
    [['--contacts', '1.5'], /whole number/],
    [['--contacts', ''], /whole number/],
    [['--rate', '0'], /above 0/],
    [['--rate', ''], /above 0/],
    [['--online', '1.5'], /from 0 to 1/],
    [['--server', 'sendmail'], /one of rollcall, prosody/],
  ])('refuse %j and say what is wanted', (argv, problem) => {
    expect(() => read(argv)).toThrow(problem);
  });
});
