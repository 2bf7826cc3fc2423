// Every scenario in a tiny size, as people run it: what it says, what its JSON holds, and that everything came, once.

import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollcall } from '../server/command.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-test-bench-'));
});
afterAll(() => rm(directory, { recursive: true }));

interface BenchReport {
  readonly scenario: string;
  readonly sound: boolean;
  readonly faults: Readonly<Record<string, number>>;
  readonly sentence: string;
  readonly figures: readonly { readonly key: string; readonly value: number }[];
  readonly machine: { readonly cores: number };
}

async function report(words: readonly string[]): Promise<BenchReport> {
  const json = join(directory, `${words.join('-')}.json`);
  const { code, stdout, stderr } = await rollcall(['bench', ...words, '--json', json]);
  if (code !== 0) throw new Error(`it ended with ${code}: ${stderr}${stdout}`);
  const content = JSON.parse(await readFile(json, 'utf8')) as BenchReport;
  expect(stdout).toContain(content.sentence);
  return content;
}

function assertSound(found: BenchReport, key: string): void {
  expect(found.sound).toBe(true);
  expect(Object.values(found.faults).every((count) => count === 0)).toBe(true);
  expect(found.machine.cores).toBeGreaterThan(0);
  expect(found.figures.find((figure) => figure.key === key)?.value).toBeGreaterThan(0);
}

const broadcast = 'broadcast --contacts 8 --changes 3 --burst 3 --warm-up 1 --skip-raw';
const steady = '--sessions 8 --contacts 4 --rate 50';

const scenarios = [
  ['raw --contacts 8 --changes 3 --warm-up 1', 'raw.cpuUsPerDelivery'],
  [broadcast, 'paced.cpuUsPerDelivery'],
  ['login --contacts 10 --online 0.5 --logins 2', 'login.cpuMsPerOperation'],
  ['storm --sessions 10 --contacts 4 --streams 4', 'storm.cpuMsPerOperation'],
  [`churn ${steady} --seconds 0.5 --warm-up-seconds 0.2`, 'churn.p99Ms'],
  ['handshake --pairs 3 --warm-up 1', 'handshake.cpuMsPerOperation'],
  ['logout --sessions 8 --warm-up 2', 'logout.cpuMsPerOperation'],
  ['idle --sessions 10 --contacts 2 --seconds 0.5 --warm-up 2', 'idle.memoryMiB'],
  [
    'giant --contacts 100 --online 5 --sessions 8 --other-contacts 4 --rate 50 --seconds 0.5',
    'meanwhile.p99Ms',
  ],
] as const;

describe('a scenario', () => {
  test.each(scenarios)('%s: nothing is lost or doubled', async (words, key) => {
    assertSound(await report(words.split(' ')), key);
  });

  test('on a cluster counts what went over the bus', async () => {
    const found = await report([...broadcast.split(' '), '--cluster', '1+1']);
    assertSound(found, 'paced.busMessagesPerOperation');
    assertSound(found, 'paced.cpuUsPerDelivery.nats');
  });

  test('failover ends when the cluster has recovered from the loss of an engine', async () => {
    const seconds = '--seconds-before 1 --seconds-after 8';
    const words = `failover ${steady} ${seconds} --cluster 2+1`.split(' ');
    assertSound(await report(words), 'failover.maxMs');
  });
});

const peers = [
  ['prosody', '/usr/bin/prosody'],
  ['ejabberd', '/usr/sbin/ejabberdctl'],
] as const;

describe('a peer', () => {
  test.for(peers)('%s is measured like Rollcall', async ([server, command], { skip }) => {
    const isInstalled = await access(command).then(
      () => true,
      () => false,
    );
    skip(!isInstalled, `${server} is not installed`);
    assertSound(await report([...broadcast.split(' '), '--server', server]), 'paced.reachMs');
  });
});
