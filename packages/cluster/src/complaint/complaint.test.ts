import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Complaint } from './complaint.ts';

interface Line {
  readonly event: string;
  readonly times: number;
  readonly lastedMs?: number;
}

let clock: VirtualClock;
let logged: Line[];
let complaint: Complaint;

beforeEach(() => {
  clock = new VirtualClock();
  logged = [];
  complaint = new Complaint({
    log: pino({ base: null }, { write: (line) => logged.push(JSON.parse(line) as Line) }),
    timers: clock,
    what: 'dinner',
    quietMs: 4_000,
  });
});

async function failEverySecond(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    complaint.failed(new Error('burnt'));
    await clock.advance(1_000);
  }
}

const events = () => logged.map(({ event, times }) => [event, times]);

test('a failure that goes on is said at once, then at growing distances with how often it has come', async () => {
  await failEverySecond(60);
  expect(events()).toEqual([
    ['dinner_failed', 1],
    ['dinner_failed', 5],
    ['dinner_failed', 10],
    ['dinner_failed', 20],
  ]);
});

test('its end is said once, with how long it went on and how often it came', async () => {
  await failEverySecond(60);
  logged = [];
  await clock.advance(600_000);
  expect(logged).toMatchObject([{ event: 'dinner_restored', times: 60, lastedMs: 59_000 }]);
});

test('is said at once when it comes after its end', async () => {
  await failEverySecond(60);
  await clock.advance(4_000);
  logged = [];
  await failEverySecond(2);
  expect(events()).toEqual([['dinner_failed', 1]]);
});

test('is said every five minutes at the longest distance', async () => {
  await failEverySecond(3_600);
  logged = [];
  await failEverySecond(3_600);
  expect(events()).toEqual(Array.from({ length: 12 }, () => ['dinner_failed', 300]));
});

test('what it happened to is named where it is said', () => {
  complaint.failed(new Error('burnt'), { dish: 'soup' });
  complaint.failed(new Error('burnt'), { dish: 'cake' });
  expect(logged).toMatchObject([{ event: 'dinner_failed', dish: 'soup', times: 1 }]);
});

test('is not said by whoever has left, nor is its end', async () => {
  complaint.failed(new Error('burnt'));
  logged = [];
  complaint.stop();
  complaint.failed(new Error('burnt'));
  await clock.advance(600_000);
  expect(logged).toEqual([]);
});
