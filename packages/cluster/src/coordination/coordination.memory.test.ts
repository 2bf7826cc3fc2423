import { VirtualClock } from '../testing/virtual-clock.ts';
import { coordinationContract } from './coordination.contract.ts';
import { MemoryCoordination } from './coordination.memory.ts';

coordinationContract('memory', () => {
  const clock = new VirtualClock();
  const service = new MemoryCoordination({ timers: clock, leaseTtlMs: 2_000 });
  return Promise.resolve({
    one: service.connect(),
    other: service.connect(),
    pass: (ms: number) => clock.advance(ms),
  });
});
