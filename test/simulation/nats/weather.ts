/**
 * How NATS behaves at the moment: what is lost, late, answered wrongly or not at all. All of it is what a real one may
 * do; calm weather is that of an idle machine.
 */
import type { Dice } from '../run/dice.ts';

export interface Weather {
  /** The longest that anything is on its way. */
  readonly latencyMs: number;
  /** Shares, from 0 to 1. */
  readonly lostFrames: number;
  /** Of questions that are never carried out, and of those whose answer is lost after they were. */
  readonly refused: number;
  readonly unanswered: number;
  /** Of reads that tell what was so before. */
  readonly stale: number;
  /** Of handshakes that are delivered twice. */
  readonly repeated: number;
}

export const calm: Weather = {
  latencyMs: 4,
  lostFrames: 0,
  refused: 0,
  unanswered: 0,
  stale: 0,
  repeated: 0,
};

export function someWeather(dice: Dice): Weather {
  const share = (most: number) => (dice.chance(0.5) ? 0 : dice.between(0, most));
  return {
    latencyMs: dice.chance(0.7) ? dice.between(2, 60) : dice.between(60, 400),
    lostFrames: share(0.3),
    refused: share(0.15),
    unanswered: share(0.15),
    stale: share(0.3),
    repeated: share(0.4),
  };
}
