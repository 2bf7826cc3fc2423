/** Where streams come in: admits them or turns them away, and sees them out when the front-end stops. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { NS, type BareJid, type StreamErrorCondition } from '@rollcall/xmpp';
import { isLoopback } from '../listener/peer-address.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import type { Framing } from '../stream/framing.ts';
import type { StreamRules, TlsFacts } from '../stream/stream-state.ts';
import { Connection } from './connection.ts';
import type { ConnectionHouse } from './connection-house.ts';
import { Sweep } from './sweep.ts';
import type { Wire } from './wire.ts';

export interface ReceptionOptions {
  readonly cleartextAuth: boolean;
  readonly mechanisms: readonly SaslMechanism[];
}

/** Someone at the door. */
export interface Arrival {
  readonly address: string;
  readonly tls?: TlsFacts;
  readonly user?: BareJid;
}

export interface Refusal {
  readonly condition: StreamErrorCondition;
  readonly text: string;
}

/** Unpredictable, and fit for attributes and for SCRAM's nonces. */
const randomId = (): string => randomBytes(15).toString('base64url');

/** What the engine and this front-end do for a bound session. */
const sessionFeatures =
  `<ver xmlns='${NS.rosterver}'/><sub xmlns='${NS.preApproval}'/>` +
  `<csi xmlns='${NS.csi}'/><sm xmlns='${NS.sm3}'/>`;

export class Reception {
  readonly #house: ConnectionHouse;
  readonly #options: ReceptionOptions;
  readonly #sweep: Sweep<Connection>;
  #onEmpty: (() => void) | undefined;

  constructor(house: ConnectionHouse, options: ReceptionOptions) {
    this.#house = house;
    this.#options = options;
    this.#sweep = new Sweep(house.timers, () => house.admission.forgetIdle());
  }

  /** Begins to serve the wire that `wire` makes, or says why not. */
  receive(arrival: Arrival, wire: () => Wire, onGone: () => void): Connection | Refusal {
    const { admission, counters, log } = this.#house;
    const { address, tls, user } = arrival;
    const admittance = admission.admit(address);
    if (!admittance.ok) {
      counters.connectionsRefused += 1;
      log.info({ address, condition: admittance.condition }, 'connection_refused');
      return admittance;
    }
    counters.connectionsAccepted += 1;
    log.debug({ address }, 'connection_accepted');
    const made = wire();
    const connection = new Connection(this.#house, {
      wire: made,
      address,
      rules: this.#rulesFor(arrival, made),
      known: { ...(tls ? { tls } : {}), ...(user === undefined ? {} : { user }) },
      onGone: (gone) => {
        admittance.leave();
        this.#sweep.delete(gone);
        onGone();
        if (this.#sweep.members.size === 0) this.#onEmpty?.();
      },
    });
    this.#sweep.add(connection);
    connection.start();
    return connection;
  }

  #rulesFor({ address, tls }: Arrival, wire: Wire): StreamRules {
    const { domains, limits, registrar, secureContext } = this.#house;
    const { cleartextAuth, mechanisms } = this.#options;
    return {
      framing: wire.framing,
      domains,
      tlsAvailable: !tls && wire.startTls !== undefined && secureContext() !== undefined,
      cleartextAuth: cleartextAuth || isLoopback(address),
      mechanisms,
      saslAttempts: limits.failedLoginsPerStream,
      registration: registrar !== undefined,
      sessionFeatures,
      randomId,
    };
  }

  /** Ends every stream properly; those that have not gone after `timeoutMs` are cut. */
  async close(timeoutMs: number): Promise<void> {
    const { members } = this.#sweep;
    if (members.size === 0) return;
    const { timers } = this.#house;
    await new Promise<void>((resolve) => {
      const cancel = timers.setTimeout(resolve, timeoutMs);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
      for (const connection of members) connection.end('system-shutdown');
    });
    for (const connection of members) connection.outlet.destroy();
  }
}

/** What someone is told who is not let in: a whole, if short, stream. */
export function refusalText(
  framing: Framing,
  domain: string,
  { condition, text }: Refusal,
): string {
  return (
    framing.open({ from: domain, id: randomId() }) + framing.error(condition, text) + framing.close
  );
}

/** Tells it over a stream of bytes. */
export function turnAway(stream: Duplex, framing: Framing, domain: string, refusal: Refusal): void {
  stream.on('error', () => stream.destroy());
  stream.resume();
  stream.end(refusalText(framing, domain, refusal), () => stream.destroy());
}
