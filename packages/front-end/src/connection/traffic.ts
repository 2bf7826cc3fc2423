/** What went over all wires of a front-end. */
import type { Counters } from '../stats/counters.ts';

export type Traffic = Pick<Counters, 'bytesReceived' | 'bytesSent'>;
