import { MemoryHandshakeQueue, StoreError, type HandshakeQueue } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Letter } from '../actor/letter.ts';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { encodeQueueBody } from './handshake-message.ts';
import { Intake } from './intake.ts';

const shard = 7;

function intakeOf(queue: HandshakeQueue, letters: Letter[] = []): Intake {
  return new Intake({
    queue,
    timers: new VirtualClock(),
    limits: defaultClusterLimits,
    metrics: noMetrics,
    log: pino({ level: 'silent' }),
    tell: (_user, letter) => letters.push(letter),
  });
}

test('a shard whose consumer does not open can be closed while it is being opened', async () => {
  const queue = new MemoryHandshakeQueue({ timers: new VirtualClock() });
  queue.consume = () => Promise.reject(new StoreError('store_unavailable', 'away'));
  const intake = intakeOf(queue);
  const opening = intake.open(shard);
  await expect(Promise.all([intake.end(), opening.catch(() => 'told')])).resolves.toEqual([
    undefined,
    'told',
  ]);
});

test('all are closed, as far as that can be, also when the queue does not answer', async () => {
  const queue = new MemoryHandshakeQueue({ timers: new VirtualClock() });
  const stopped: number[] = [];
  queue.consume = (shard) =>
    Promise.resolve({
      lost: new Promise(() => undefined),
      stop: () => {
        stopped.push(shard);
        const away = new StoreError('store_unavailable', 'away');
        return shard === 1 ? Promise.reject(away) : Promise.resolve();
      },
    });
  const intake = intakeOf(queue);
  for (const shard of [1, 2]) await intake.open(shard);
  await expect(intake.end()).resolves.toBeUndefined();
  expect(stopped).toEqual([1, 2]);
});

test('what is in hand when a life ends is handed back, and taken no more', async () => {
  const clock = new VirtualClock();
  const queue = new MemoryHandshakeQueue({ timers: clock });
  const consume = queue.consume.bind(queue);
  const handedBack: string[] = [];
  let closed = (): void => undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  queue.consume = async (...[of, options, onDelivery]) => {
    const consumer = await consume(of, options, (delivery) => {
      const retry = () => {
        handedBack.push(delivery.message.id);
        delivery.retry();
      };
      onDelivery({ ...delivery, retry });
    });
    return { lost: consumer.lost, stop: () => closing };
  };
  const letters: Letter[] = [];
  const intake = intakeOf(queue, letters);
  const body = encodeQueueBody({ kind: 'accountRemoved', user: 'romeo@localhost' as BareJid });
  await queue.publish({ id: 'a', shard, body });
  await intake.open(shard);
  await clock.settle();
  const ended = intake.end();
  expect(handedBack).toEqual(['a']);
  await clock.advance(defaultClusterLimits.handshakeAckWaitMs);
  expect(handedBack.length).toBeGreaterThan(1);
  expect(letters).toHaveLength(1);
  closed();
  await ended;
});

test('a shard whose consumer another has taken over is said to be lost, one that was closed is not', async () => {
  const clock = new VirtualClock();
  const queue = new MemoryHandshakeQueue({ timers: clock });
  const intake = intakeOf(queue);
  const lost: number[] = [];
  for (const each of [1, 2]) await intake.open(each, () => lost.push(each));
  await intake.close(2);
  const other = intakeOf(queue);
  for (const each of [1, 2]) await other.open(each);
  await clock.settle();
  expect(lost).toEqual([1]);
});
