/** All connections of a front-end: admits them, looks after them, and sees them out when the front-end stops. */
import type { Timers } from '@rollcall/store';
import type { StreamErrorCondition } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Admission } from '../admission/admission.ts';
import type { Counters } from '../stats/counters.ts';
import type { Framing } from '../stream/framing.ts';
import { randomId } from '../stream/random-id.ts';
import { Sweep } from './sweep.ts';

export interface Guest {
  /** Where it comes from. */
  readonly address: string;
  start(): void;
  tick(nowMs: number): void;
  end(condition: StreamErrorCondition, text?: string): void;
  readonly outlet: { destroy(): void };
}

export interface Refusal {
  readonly condition: StreamErrorCondition;
  readonly text: string;
}

export type Entry<G extends Guest> =
  { readonly ok: true; readonly guest: G } | { readonly ok: false; readonly refusal: Refusal };

export interface HallOptions {
  readonly admission: Admission;
  readonly timers: Timers;
  readonly counters: Counters;
  readonly log: Logger;
}

export class Hall {
  readonly #options: HallOptions;
  readonly #sweep: Sweep<Guest>;
  #onEmpty: (() => void) | undefined;

  constructor(options: HallOptions) {
    this.#options = options;
    this.#sweep = new Sweep(options.timers, () => options.admission.forgetIdle());
  }

  /** Lets the guest in that `make` makes, or says why not. When it is gone, it has to be said that it `left`. */
  enter<G extends Guest>(address: string, make: () => G): Entry<G> {
    const { admission, counters, log } = this.#options;
    const admittance = admission.admit(address);
    if (!admittance.ok) {
      counters.connectionsRefused += 1;
      log.info({ event: 'connection_refused', address, condition: admittance.condition });
      return { ok: false, refusal: admittance };
    }
    counters.connectionsAccepted += 1;
    log.debug({ event: 'connection_accepted', address });
    const guest = make();
    this.#sweep.add(guest);
    guest.start();
    return { ok: true, guest };
  }

  left(guest: Guest): void {
    this.#options.admission.leave(guest.address);
    this.#sweep.delete(guest);
    if (this.#sweep.members.size === 0) this.#onEmpty?.();
  }

  /** Ends every stream properly; those that have not gone after `timeoutMs` are cut. */
  async close(timeoutMs: number): Promise<void> {
    const { members } = this.#sweep;
    if (members.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.timers.setTimeout(resolve, timeoutMs);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
      for (const guest of members) guest.end('system-shutdown');
    });
    for (const guest of members) guest.outlet.destroy();
  }
}

/** What someone is told who is not let in: the elements of a whole, if short, stream. */
export function farewell(framing: Framing, domain: string, { condition, text }: Refusal) {
  const opening = framing.open({ from: domain, id: randomId() });
  return [opening, framing.error(condition, text), framing.close] as const;
}
