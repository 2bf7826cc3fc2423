/** All that a run is held to. */
import { bounded } from './bounded.ts';
import { durable } from './durable.ts';
import { halvesAgree } from './halves-agree.ts';
import { inOrder } from './in-order.ts';
import { Ledger } from './ledger.ts';
import { noGhosts } from './no-ghosts.ts';
import type { Breach, Checker, Observation, Standing } from './observation.ts';
import { onlyWhoMaySee } from './privacy.ts';
import { oneOwner } from './one-owner.ts';
import { sentAgain } from './sent-again.ts';
import { sound } from './sound.ts';

export class Promises {
  readonly ledger = new Ledger();
  readonly #checkers: readonly Checker[] = [
    sound(),
    oneOwner(),
    durable(this.ledger),
    halvesAgree(this.ledger),
    noGhosts(this.ledger),
    onlyWhoMaySee(this.ledger),
    inOrder(this.ledger),
    sentAgain(),
    bounded(),
  ];
  /** The first that was broken. */
  breach: Breach | undefined;

  observe(observation: Observation): void {
    for (const checker of this.#checkers) this.breach ??= checker.observe(observation);
    this.ledger.observe(observation);
  }

  settled(standing: Standing): void {
    for (const checker of this.#checkers) this.breach ??= checker.settled(standing);
  }
}
