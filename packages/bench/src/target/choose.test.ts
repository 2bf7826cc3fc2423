import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addOptions, valuesOf } from '../option/option.ts';
import { chooseTarget, clusterSize, targetOptions } from './choose.ts';

function choose(...argv: readonly string[]) {
  const command = new Command('test').exitOverride().configureOutput({ writeErr: () => undefined });
  addOptions(command, targetOptions);
  command.parse(argv, { from: 'user' });
  return chooseTarget(valuesOf(targetOptions, command.opts()));
}

const nobody = { size: 0, contactsOf: () => [] };

describe('the target', () => {
  it('is Rollcall when nothing is said', () => {
    expect(choose().name).toBe('rollcall');
  });

  it('is a peer, or a cluster, when that is said', () => {
    expect(choose('--server', 'prosody').name).toBe('prosody');
    expect(choose('--server', 'ejabberd').name).toBe('ejabberd');
    expect(choose('--cluster', '2+3').name).toBe('rollcall 2+3');
  });

  it('is a server that runs already, at one address or several', async () => {
    const argv = [
      '--target',
      '127.0.0.1:5222',
      '--target',
      '[::1]:5223',
      '--pids',
      `${process.pid}`,
    ];
    const target = await choose(...argv, '--domain', 'd', '--users', 'x%dy').open(nobody);
    expect(target.endpoints).toEqual([
      { host: '127.0.0.1', port: 5222 },
      { host: '::1', port: 5223 },
    ]);
    expect(target.accounts.jidOf(3)).toBe('x3y@d');
    expect(target.processes()).toEqual([{ pid: process.pid, role: 'server' }]);
    expect(target.mechanism).toBe('PLAIN');
  });

  it('is not measured by processes that are not there', async () => {
    const source = choose('--target', '127.0.0.1:5222', '--pids', '4194305');
    await expect(source.open(nobody)).rejects.toThrow('no process 4194305');
  });

  it('is not measured by a bus that does not answer', async () => {
    const source = choose('--target', '127.0.0.1:5222', '--nats-monitor', 'http://127.0.0.1:1');
    await expect(source.open(nobody)).rejects.toThrow('--nats-monitor');
  });

  it.each([
    [['--target', '5222'], /HOST:PORT/],
    [['--target', 'host:99999'], /HOST:PORT/],
    [['--pids', 'ejabberd', '--target', 'a:1'], /process ids/],
    [['--pids', '1'], /--target/],
    [['--prepare'], /--target/],
    [['--nats-monitor', 'nowhere', '--target', 'a:1'], /URL/],
    [['--target', 'a:1', '--cluster', '1+1', '--server', 'prosody'], /--server, --cluster: for a/],
    [['--cluster', 'big'], /engines\+front-ends/],
    [['--users', 'u', '--target', 'a:1'], /%d/],
  ])('is refused for %j', (argv, problem) => {
    expect(() => choose(...argv)).toThrow(problem);
  });
});

it('reads the size of a cluster', () => {
  expect(clusterSize('2+3')).toEqual({ engines: 2, frontEnds: 3, natsServers: 1 });
  expect(clusterSize('4+4+3')).toEqual({ engines: 4, frontEnds: 4, natsServers: 3 });
  expect(() => clusterSize('0+1')).toThrow();
});
