/** What is said of a run when it is over. */
import { faults, type Step } from './plan.ts';
import type { Outcome } from './simulation.ts';

export function reportOf(seed: number, { breach, steps, passedMs, observations }: Outcome): string {
  const size = `${steps} steps, ${Math.round(passedMs / 1_000)} s, ${observations} observations`;
  if (breach === undefined) return `seed ${seed}: all promises kept (${size})`;
  return `seed ${seed}: ${breach.kind.toUpperCase()}, promise ${breach.promise}: ${breach.what} (${size})`;
}

export function faultsIn(steps: readonly Step[]): string {
  const known = new Set<string>([...faults, 'killFrontEnd', 'killOwner']);
  const acts = steps.map(({ act }) => act).filter((act) => known.has(act));
  return acts.length === 0 ? 'none' : acts.join(', ');
}
