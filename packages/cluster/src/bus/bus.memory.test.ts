import { systemTurns } from '../time/system.ts';
import { busContract } from './bus.contract.ts';
import { MemoryHub } from './bus.memory.ts';

busContract('memory', () => {
  const hub = new MemoryHub({ turns: systemTurns });
  return Promise.resolve({ join: (self) => hub.join(self) });
});

busContract('memory, through the codec', () => {
  const hub = new MemoryHub({ turns: systemTurns, throughCodec: true });
  return Promise.resolve({ join: (self) => hub.join(self) });
});
