import { expect, it } from 'vitest';
import { measure } from './measurement.ts';
import { noCpuTime } from './process-usage.ts';
import type { ServerProbe } from './server-probe.ts';

interface FakeServer {
  cpuMs: number;
  kib: number;
  messages: number;
}

function fakeProbe(server: FakeServer, onLook: () => void = () => undefined): ServerProbe {
  return {
    cpuByRole: () => {
      onLook();
      return { server: { ...noCpuTime, totalMs: server.cpuMs } };
    },
    residentKiBByRole: () => ({ server: server.kib }),
    busTraffic: () => Promise.resolve({ messages: server.messages, bytes: 10 * server.messages }),
  };
}

const options = { count: () => 0, quietMs: 4 };

it('tells what the server used between the work and the rest before it', async () => {
  const server = { cpuMs: 100, kib: 1000, messages: 5 };
  const { value, spent } = await measure(fakeProbe(server), options, () => {
    server.cpuMs += 50;
    server.kib += 200;
    server.messages += 7;
    return Promise.resolve('done');
  });
  expect(value).toBe('done');
  expect(spent.cpu).toEqual({ server: { ...noCpuTime, totalMs: 50 } });
  expect(spent.memoryKiB).toEqual({
    before: { server: 1000 },
    after: { server: 1200 },
    peak: 1200,
  });
  expect(spent.bus).toEqual({ messages: 7, bytes: 70 });
});

it('waits for what the server does after the work', async () => {
  const server = { cpuMs: 0, kib: 0, messages: 0 };
  let laterMs = 0;
  const probe = fakeProbe(server, () => {
    if (laterMs <= 0) return;
    laterMs -= 10;
    server.cpuMs += 10;
  });
  const { spent } = await measure(probe, options, () => {
    laterMs = 60;
    return Promise.resolve();
  });
  expect(spent.cpu['server']?.totalMs).toBe(60);
});

it('passes on what goes wrong', async () => {
  const failing = measure(fakeProbe({ cpuMs: 0, kib: 0, messages: 0 }), options, () =>
    Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
});
