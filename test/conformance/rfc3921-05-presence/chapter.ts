import { presenceBroadcast } from './broadcast.ts';
import { directedPresence } from './directed.ts';
import { flapping } from './flapping.ts';
import { initialPresence } from './initial.ts';
import { presenceProbes } from './probes.ts';
import { unavailablePresence } from './unavailable.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Exchanging presence (RFC 3921 §5)',
  rules: [
    ...initialPresence,
    ...presenceBroadcast,
    ...presenceProbes,
    ...directedPresence,
    ...unavailablePresence,
    ...flapping,
  ],
};
