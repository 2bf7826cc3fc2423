import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stopSignals } from './stop-signals.ts';

/** A process that notes its exits. */
class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

let target: FakeProcess;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  target = new FakeProcess();
});
afterEach(() => vi.useRealTimers());

test('the first signal asks, the next ends the process as the shell says of signals', async () => {
  const { first } = stopSignals(target as unknown as NodeJS.Process);
  target.emit('SIGTERM');
  expect(await first).toBe('SIGTERM');
  expect(target.exits).toEqual([]);
  vi.advanceTimersByTime(2_000);
  target.emit('SIGINT');
  expect(target.exits).toEqual([130]);
});

test('one Ctrl-C that comes from the terminal and from npm is one', async () => {
  const { first } = stopSignals(target as unknown as NodeJS.Process);
  target.emit('SIGINT');
  vi.advanceTimersByTime(50);
  target.emit('SIGINT');
  expect(await first).toBe('SIGINT');
  expect(target.exits).toEqual([]);
});
