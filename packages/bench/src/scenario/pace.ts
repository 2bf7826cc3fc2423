// When changes of presence are written: one after the other, or at a rate whatever comes of them.

import { setTimeout as delay } from 'node:timers/promises';
import type { Histogram } from '../measure/histogram.ts';
import type { Stage } from './stage.ts';

export interface SpacedChanges {
  readonly label: string;
  readonly user: number;
  readonly times: number;
  readonly pauseMs: number;
  /** Takes the time until everybody has seen a change, in µs. */
  readonly reach?: Histogram;
}

/** Each change once the one before has been seen by everybody, and a pause is over. */
export async function saySpaced(stage: Stage, changes: SpacedChanges): Promise<void> {
  const { crowd } = stage;
  const bar = stage.progress.begin(changes.label, changes.times);
  for (let time = 0; time < changes.times; time += 1) {
    const saidMs = performance.now();
    crowd.say(changes.user);
    await crowd.settled();
    changes.reach?.record((performance.now() - saidMs) * 1000);
    bar.advance(1);
    if (changes.pauseMs > 0) await delay(changes.pauseMs);
  }
  bar.done();
}

export interface SteadyChanges {
  readonly label: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Who is next. */
  readonly next: () => number;
  /** Goes on until this is over too. */
  readonly until?: Promise<unknown> | undefined;
}

const tickMs = 2;

/** At its rate, whatever the server makes of it; resolves with the number of changes. */
export async function saySteadily(stage: Stage, changes: SteadyChanges): Promise<number> {
  const { label, perSecond, seconds, next, until = Promise.resolve() } = changes;
  const least = Math.round(perSecond * seconds);
  const bar = stage.progress.begin(label, least);
  const isOver = settlementOf(until);
  const beganMs = performance.now();
  let said = 0;
  while (said < least || !isOver()) {
    const dueByNow = ((performance.now() - beganMs) / 1000) * perSecond;
    const due = isOver() ? Math.min(dueByNow, least) : dueByNow;
    for (; said < due; said += 1) {
      stage.crowd.say(next());
      bar.advance(1);
    }
    await delay(tickMs);
  }
  bar.done();
  return said;
}

/** Whether it is settled by now, one way or the other. */
function settlementOf(work: Promise<unknown>): () => boolean {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  work.then(settle, settle);
  return () => isSettled;
}
