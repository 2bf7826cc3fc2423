/** An input with what the shell has to remember of it until it is dealt with. */
import type { Groundwork, Input } from '@rollcall/presence';

/** Why an input was not acted upon. */
export type Refusal = 'mailbox-full' | 'store-failed' | 'actor-failed' | 'stopped';

export interface Letter {
  readonly input: Input;
  /** What was worked out before the input is decided. */
  readonly groundwork?: Groundwork;
  /** A former owner may have acted on it already: what comes of it says so too. */
  readonly again?: boolean;
  /** What is broadcast goes only to users of these shards: the others have it. */
  readonly onlyTo?: ReadonlySet<number>;
  /** Called once: when the decision has been carried out, or with the reason why there was none. */
  readonly settled?: (refusal?: Refusal) => void;
}
