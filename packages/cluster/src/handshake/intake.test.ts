import { MemoryHandshakeQueue, StoreError, type HandshakeQueue } from '@rollcall/store';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Intake } from './intake.ts';

function intakeOn(queue: HandshakeQueue): Intake {
  return new Intake({
    queue,
    limits: defaultClusterLimits,
    metrics: noMetrics,
    log: pino({ level: 'silent' }),
    tell: () => undefined,
  });
}

test('a shard whose consumer does not open can be closed while it is being opened', async () => {
  const queue = new MemoryHandshakeQueue({ timers: new VirtualClock() });
  queue.consume = () => Promise.reject(new StoreError('store_unavailable', 'away'));
  const intake = intakeOn(queue);
  const opening = intake.open(7);
  await expect(Promise.all([intake.closeAll(), opening.catch(() => 'told')])).resolves.toEqual([
    undefined,
    'told',
  ]);
});

test('all are closed, as far as that can be, also when the queue does not answer', async () => {
  const queue = new MemoryHandshakeQueue({ timers: new VirtualClock() });
  const stopped: number[] = [];
  queue.consume = (shard) =>
    Promise.resolve({
      stop: () => {
        stopped.push(shard);
        const away = new StoreError('store_unavailable', 'away');
        return shard === 1 ? Promise.reject(away) : Promise.resolve();
      },
    });
  const intake = intakeOn(queue);
  for (const shard of [1, 2]) await intake.open(shard);
  await expect(intake.closeAll()).resolves.toBeUndefined();
  expect(stopped).toEqual([1, 2]);
});
