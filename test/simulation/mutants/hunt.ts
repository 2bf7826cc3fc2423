/** Looks which seed finds a mutant first. */
import type { Breach } from '../promises/observation.ts';
import { simulate } from '../run/simulation.ts';
import type { Mutant } from './mutants.ts';

/** Each catches a mutant that those before it do not, the first most of them: so no hunt takes long. */
const catching = [23, 3, 9, 15, 5];

/** The seeds that `npm test` runs, and how long each of them is. */
export const fixedSeeds: readonly number[] = [
  ...new Set([...catching, ...Array.from({ length: 20 }, (_, index) => index + 1)]),
];
export const fixedMinutes = 15;

export interface Catch {
  readonly seed: number;
  readonly breach: Breach;
}

/** Undefined if none does. */
export async function hunt({ name: _, ...fault }: Mutant): Promise<Catch | undefined> {
  for (const seed of fixedSeeds) {
    const { breach } = await simulate({ seed, minutes: fixedMinutes, ...fault });
    if (breach !== undefined) return { seed, breach };
  }
  return undefined;
}
