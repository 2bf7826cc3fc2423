import { MemoryHandshakeQueue, StoreError } from '@rollcall/store';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Intake } from './intake.ts';

test('a shard whose consumer does not open can be closed while it is being opened', async () => {
  const queue = new MemoryHandshakeQueue({ timers: new VirtualClock() });
  queue.consume = () => Promise.reject(new StoreError('store_unavailable', 'away'));
  const intake = new Intake({
    queue,
    limits: defaultClusterLimits,
    metrics: noMetrics,
    log: pino({ level: 'silent' }),
    tell: () => undefined,
  });
  const opening = intake.open(7);
  await expect(Promise.all([intake.closeAll(), opening.catch(() => 'told')])).resolves.toEqual([
    undefined,
    'told',
  ]);
});
