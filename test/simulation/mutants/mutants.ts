/** Deliberate faults, each of which some seed must find: the proof that the checkers see what they look for. */
import type { RunOptions } from '../run/simulation.ts';
import {
  acknowledgesBeforeSaving,
  answersTheBlocked,
  forgetsDirectedPresence,
  forgetsTheOutbox,
  keepsTheOlder,
  keepsWhatWasLost,
  losesTheMemo,
} from './core-mutants.ts';
import { doesNotFenceItself, hasNoBounds } from './port-mutants.ts';
import { resumesWithoutTheLost } from './stream-mutants.ts';
import { deliversTwice, doesNotSettle, ignoresEpochs } from './wire-mutants.ts';

/** Altered from outside: how the nodes are made, or what passes on their clients' streams. */
export interface Mutant extends Pick<RunOptions, 'alter' | 'passes'> {
  readonly name: string;
}

export const mutants: readonly Mutant[] = [
  { name: 'acknowledges before it has saved', alter: acknowledgesBeforeSaving },
  { name: 'forgets the outbox of the former owner', alter: forgetsTheOutbox },
  { name: 'ignores epochs', alter: ignoresEpochs },
  { name: 'serves before it has settled', alter: doesNotSettle },
  { name: 'answers the probes of the blocked', alter: answersTheBlocked },
  { name: 'has unbounded queues', alter: hasNoBounds },
  { name: 'deals twice with what is sent again', alter: deliversTwice },
  { name: 'forgets who was sent directed presence', alter: forgetsDirectedPresence },
  { name: 'loses the memo of a session on takeover', alter: losesTheMemo },
  { name: 'does not fence itself off', alter: doesNotFenceItself },
  { name: 'does not give back what the store has lost', alter: keepsWhatWasLost },
  { name: 'resumes without what was not acknowledged', passes: resumesWithoutTheLost },
  { name: 'lets two sessions have one address', alter: keepsTheOlder },
];
