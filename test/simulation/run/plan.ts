/**
 * What clients do and what goes wrong in a run, all of it known before it begins: so that a run can be repeated with
 * some of it left out. Who does it is a number that the run resolves when the time comes.
 */
import { Dice } from './dice.ts';

export const deeds = [
  'login',
  'end',
  'say',
  'flap',
  'silence',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'remove',
  'rename',
  'block',
  'unblock',
  'probe',
  'direct',
  'flood',
  'beSlow',
  'beQuick',
  'removeAccount',
  'makeAccount',
  'loginResumable',
  'loseStream',
  'loginAgain',
] as const;

export const faults = [
  'crash',
  'restart',
  'cut',
  'reconnect',
  'pause',
  'resume',
  'part',
  'unite',
  'weather',
  'calm',
  'slowDown',
  'speedUp',
  'leave',
  'outage',
  'loseTail',
] as const;

/** `calmDown`: all faults end, everything has time to come together, and is held against what is promised. */
export type Act =
  (typeof deeds)[number] | (typeof faults)[number] | 'calmDown' | 'killFrontEnd' | 'killOwner';

export interface Step {
  readonly act: Act;
  /** After the step before it. */
  readonly afterMs: number;
  /** For whoever has to choose. */
  readonly picks: readonly number[];
}

type Weights = Readonly<Partial<Record<Act, number>>>;

const whatClientsDo: Weights = {
  login: 10,
  end: 6,
  say: 30,
  flap: 3,
  silence: 3,
  subscribe: 10,
  subscribed: 8,
  unsubscribe: 5,
  unsubscribed: 4,
  remove: 3,
  rename: 1,
  block: 3,
  unblock: 3,
  probe: 4,
  direct: 3,
  flood: 1,
  beSlow: 1,
  beQuick: 3,
};

/**
 * What came to be simulated later has dice of its own for each, so that it shifts nothing else: how often it happens in
 * a round, at most.
 */
const nowAndThen: Weights = {
  loseTail: 1,
  removeAccount: 1,
  makeAccount: 2,
  loginResumable: 5,
  loseStream: 16,
  loginAgain: 6,
};

const whatGoesWrong: Weights = {
  crash: 3,
  restart: 6,
  cut: 4,
  reconnect: 6,
  pause: 3,
  resume: 5,
  part: 2,
  unite: 3,
  weather: 4,
  calm: 2,
  slowDown: 2,
  speedUp: 3,
  leave: 2,
  outage: 1,
};

/** Between two times of calm. */
const roundMs = 300_000;

export function planOf(seed: number, minutes: number): readonly Step[] {
  const dice = Dice.named(seed, 'plan');
  const steps: Step[] = [];
  const step = (act: Act, afterMs: number): void => {
    steps.push({ act, afterMs, picks: [dice.next(), dice.next(), dice.next(), dice.next()] });
  };
  for (let passedMs = 0; passedMs < minutes * 60_000;) {
    // Some rounds are wild, some have hardly a fault.
    const faulty = dice.chance(0.2) ? 0.02 : dice.between(0.05, 0.35);
    const first = steps.length;
    const startMs = passedMs;
    for (const endMs = passedMs + roundMs; passedMs < endMs;) {
      if (dice.chance(0.03)) {
        for (const said of quarrel(dice)) {
          steps.push(said);
          passedMs += said.afterMs;
        }
      }
      const afterMs = dice.chance(0.8) ? dice.between(5, 600) : dice.between(600, 12_000);
      step(actFrom(dice.chance(faulty) ? whatGoesWrong : whatClientsDo, dice), afterMs);
      passedMs += afterMs;
    }
    steps.push(...between(steps.splice(first), seldom(seed, startMs, passedMs - startMs)));
    step('calmDown', 0);
    if (dice.chance(0.5)) step(dice.chance(0.5) ? 'killFrontEnd' : 'killOwner', 1_000);
    passedMs += 60_000;
  }
  return steps;
}

interface Timed {
  readonly atMs: number;
  readonly step: Step;
}

/** In about half of all rounds, each by dice of its own. */
function seldom(seed: number, startMs: number, lengthMs: number): readonly Timed[] {
  return (Object.entries(nowAndThen) as [Act, number][]).flatMap(([act, most]) => {
    const dice = Dice.named(seed, `${act} ${Math.round(startMs)}`);
    return Array.from({ length: dice.below(most + 1) }, () => {
      const atMs = dice.between(0, lengthMs);
      return { atMs, step: { act, afterMs: 0, picks: [0, 0, 0, 0].map(() => dice.next()) } };
    });
  });
}

/** The steps keep their times, and what is put between them has its own. */
function between(steps: readonly Step[], more: readonly Timed[]): readonly Step[] {
  let passedMs = 0;
  const all: Timed[] = steps.map((step) => ({ atMs: (passedMs += step.afterMs), step }));
  all.push(...more);
  all.sort((a, b) => a.atMs - b.atMs);
  let lastMs = 0;
  return all.map(({ atMs, step }) => {
    const afterMs = atMs - lastMs;
    lastMs = atMs;
    return { ...step, afterMs };
  });
}

const wordsOfAQuarrel = [
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'subscribe',
  'subscribed',
  'remove',
  'block',
  'unblock',
] as const;

/** Two users change how they stand to each other faster than the one can hear of the other. */
function quarrel(dice: Dice): readonly Step[] {
  const sides = [dice.next(), dice.next()];
  const patienceMs = dice.between(0, 500);
  return Array.from({ length: 2 + dice.below(10) }, () => {
    if (dice.chance(0.5)) sides.reverse();
    const act = dice.pick(wordsOfAQuarrel) ?? 'subscribe';
    return { act, afterMs: dice.between(0, patienceMs), picks: [...sides, dice.next(), 0] };
  });
}

function actFrom(weights: Weights, dice: Dice): Act {
  const entries = Object.entries(weights) as [Act, number][];
  let left = dice.between(
    0,
    entries.reduce((sum, [, weight]) => sum + weight, 0),
  );
  for (const [act, weight] of entries) if ((left -= weight) < 0) return act;
  return 'say';
}
