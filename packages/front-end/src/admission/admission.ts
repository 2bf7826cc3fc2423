/** Who is let in: connections in all and by address, failed logins and registrations by address. */
import type { Timers } from '@rollcall/store';
import type { StreamErrorCondition } from '@rollcall/xmpp';
import { networkOf } from '../listener/peer-address.ts';
import type { FrontEndLimits } from '../options/limits.ts';
import { RateByKey } from './rate-by-key.ts';

export type Admittance =
  | { readonly ok: true }
  | { readonly ok: false; readonly condition: StreamErrorCondition; readonly text: string };

const minuteSeconds = 60;
const hourSeconds = 3600;

export class Admission {
  readonly #limits: FrontEndLimits;
  readonly #timers: Timers;
  readonly #byAddress = new Map<string, number>();
  readonly #failedLogins: RateByKey;
  readonly #registrations: RateByKey;
  #connections = 0;

  constructor(limits: FrontEndLimits, timers: Timers) {
    this.#limits = limits;
    this.#timers = timers;
    const failures = limits.failedLoginsPerAddressPerMinute;
    const registrations = limits.registrationsPerAddressPerHour;
    this.#failedLogins = new RateByKey({ perSecond: failures / minuteSeconds, burst: failures });
    this.#registrations = new RateByKey({
      perSecond: registrations / hourSeconds,
      burst: registrations,
    });
  }

  get connections(): number {
    return this.#connections;
  }

  /** Whoever is let in has to `leave` once, when its connection is gone. */
  admit(from: string): Admittance {
    const address = networkOf(from);
    if (this.#connections >= this.#limits.connections) {
      return { ok: false, condition: 'resource-constraint', text: 'the server is full' };
    }
    const fromThere = this.#byAddress.get(address) ?? 0;
    if (fromThere >= this.#limits.connectionsPerAddress) {
      return {
        ok: false,
        condition: 'policy-violation',
        text: 'too many streams from your address',
      };
    }
    this.#connections += 1;
    this.#byAddress.set(address, fromThere + 1);
    return { ok: true };
  }

  leave(from: string): void {
    const address = networkOf(from);
    this.#connections -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  mayLogIn(address: string): boolean {
    return !this.#failedLogins.isSpent(networkOf(address), this.#timers.now());
  }

  loginFailed(address: string): void {
    this.#failedLogins.take(networkOf(address), this.#timers.now());
  }

  mayRegister(address: string): boolean {
    return this.#registrations.take(networkOf(address), this.#timers.now());
  }

  /** Called now and then. */
  forgetIdle(): void {
    const nowMs = this.#timers.now();
    this.#failedLogins.forgetIdle(nowMs);
    this.#registrations.forgetIdle(nowMs);
  }
}
