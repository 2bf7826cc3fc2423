/** One run: from a seed to the first promise that was broken, if any was. */
import type { NodeOptions } from '@rollcall/cluster';
import type { Breach, Observation } from '../promises/observation.ts';
import { Promises } from '../promises/promises.ts';
import { World } from '../world/world.ts';
import { doDeed } from './deeds.ts';
import { crash, goWrong, makeWell, startAll } from './faults.ts';
import { deeds, planOf, type Step } from './plan.ts';
import { lineOf } from './trace.ts';

/** When faults have stopped, everything has come together after so long. */
export const settleMs = 45_000;

/** After one node was killed in calm, everybody has been told after so long (promise 3). */
export const noticeMs = 10_000;

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Left out: the plan of the seed. */
  readonly steps?: readonly Step[];
  /** Told of everything that happens, line by line. */
  readonly trace?: (line: string) => void;
  readonly alter?: (options: NodeOptions) => NodeOptions;
  readonly passes?: () => (text: string) => boolean;
}

export interface Outcome {
  readonly breach: Breach | undefined;
  /** How many steps were taken. */
  readonly steps: number;
  readonly passedMs: number;
  readonly observations: number;
}

const isDeed = new Set<string>(deeds);

export async function simulate(options: RunOptions): Promise<Outcome> {
  const {
    seed,
    minutes,
    steps = planOf(seed, minutes),
    trace,
    alter = (same: NodeOptions) => same,
    passes = () => () => true,
  } = options;
  const promises = new Promises();
  let observations = 0;
  const note = (line: string): void => trace?.(`${stamp(world)} ${line}`);
  const observe = (observation: Observation): void => {
    observations += 1;
    const line = trace && lineOf(observation);
    if (line !== undefined) note(line);
    promises.observe(observation);
  };
  const world = new World({ seed, observe, note, alter, passes });
  let taken = 0;
  try {
    await world.begin();
    for (const step of steps) {
      if (promises.breach !== undefined) break;
      await world.clock.advance(step.afterMs);
      await take(step, world, promises);
      taken += 1;
    }
  } catch (error) {
    promises.breach ??= { promise: '0, sound', kind: 'crash', what: textOf(error) };
  }
  const { breach } = promises;
  if (breach !== undefined) note(`BROKEN: promise ${breach.promise}: ${breach.what}`);
  return { breach, steps: taken, passedMs: world.clock.passedMs, observations };
}

async function take(step: Step, world: World, promises: Promises): Promise<void> {
  if (isDeed.has(step.act)) doDeed(world, step);
  else if (step.act === 'calmDown') await calmDown(world, promises);
  else if (step.act === 'killFrontEnd' || step.act === 'killOwner')
    await killOne(step, world, promises);
  else goWrong(world, step);
  world.measure();
}

async function calmDown(world: World, promises: Promises): Promise<void> {
  world.note('all faults end');
  makeWell(world);
  await world.clock.advance(settleMs / 3);
  startAll(world);
  await world.clock.advance((settleMs / 3) * 2);
  if (world.hasLost) await world.mend();
  promises.settled(await world.standing());
}

/** In calm, one node is killed and nothing else happens. */
async function killOne({ act, picks }: Step, world: World, promises: Promises): Promise<void> {
  const isWanted = act === 'killOwner' ? 'engine' : 'front-end';
  const slots = world.slots.filter(
    ({ role, node }) => node && (role === isWanted || role === 'all'),
  );
  const slot = slots[Math.floor((picks[0] ?? 0) * slots.length)];
  if (slot === undefined || world.slots.some(({ node }) => node === undefined)) return;
  crash(world, slot);
  await world.clock.advance(noticeMs);
  promises.settled(await world.standing());
}

function stamp({ clock }: World): string {
  return (clock.passedMs / 1_000).toFixed(3).padStart(9);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
