/** Looks which seed finds a mutant first. */
import type { Breach } from '../promises/observation.ts';
import { simulate } from '../run/simulation.ts';
import type { Mutant } from './mutants.ts';

/** The seeds that `npm test` runs, and how long each of them is. The first catches most mutants. */
export const fixedSeeds: readonly number[] = [23, ...Array.from({ length: 20 }, (_, i) => i + 1)];
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
