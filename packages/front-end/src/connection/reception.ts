/** Where streams come in: admits them or turns them away, and sees them out when the front-end stops. */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { NS, type BareJid, type StreamErrorCondition } from '@rollcall/xmpp';
import { isLoopback } from '../listener/peer-address.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import { tcpFraming, webSocketFraming, type Framing } from '../stream/framing.ts';
import type { StreamRules, TlsFacts } from '../stream/stream-state.ts';
import { ByteWire } from './byte-wire.ts';
import { Connection } from './connection.ts';
import type { ConnectionHouse } from './connection-house.ts';
import { Sweep } from './sweep.ts';
import type { Turns } from './turns.ts';
import { WebSocketWire, type Corkable, type WebSocketLike } from './web-socket-wire.ts';
import type { Wire } from './wire.ts';

export interface ReceptionOptions {
  readonly cleartextAuth: boolean;
  readonly mechanisms: readonly SaslMechanism[];
  readonly turns: Turns;
}

/** Someone at the door. */
export interface Arrival {
  readonly address: string;
  /** Present where nobody else can read the stream. */
  readonly tls?: TlsFacts;
  /** A gateway knows who it is. */
  readonly user?: BareJid;
  /** TLS comes first. */
  readonly directTls?: boolean;
  readonly onGone?: () => void;
}

interface Refusal {
  readonly condition: StreamErrorCondition;
  readonly text: string;
}

/** Unpredictable, and fit for attributes and for SCRAM's nonces. */
const randomId = (): string => randomBytes(15).toString('base64url');

/** What the engine and this front-end do for a bound session. */
const sessionFeatures =
  `<ver xmlns='${NS.rosterver}'/><sub xmlns='${NS.preApproval}'/>` +
  `<csi xmlns='${NS.csi}'/><sm xmlns='${NS.sm3}'/>`;

/** What becomes of a message to someone who is turned away. */
const ignored = (): void => undefined;

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

  /** Serves a stream of bytes; undefined where it was turned away. */
  receiveBytes(stream: Duplex, arrival: Arrival): Connection | undefined {
    const { turns } = this.#options;
    const wire = () => new ByteWire(stream, tcpFraming, this.#limitsFor(arrival), turns);
    const refusal = this.#admit(arrival, wire);
    if (refusal instanceof Connection) return refusal;
    stream.on('error', () => stream.destroy());
    stream.resume();
    // Before a TLS handshake nothing can be said.
    if (arrival.directTls) stream.destroy();
    else stream.end(this.#farewell(tcpFraming, refusal).join(''), () => stream.destroy());
    return undefined;
  }

  /** Serves a WebSocket; undefined where it was turned away. */
  receiveWebSocket(
    socket: WebSocketLike,
    below: Corkable | undefined,
    arrival: Arrival,
  ): Connection | undefined {
    const { turns } = this.#options;
    const wire = () => new WebSocketWire(socket, this.#limitsFor(arrival), turns, below);
    const refusal = this.#admit(arrival, wire);
    if (refusal instanceof Connection) return refusal;
    socket.on('error', () => socket.terminate());
    const [opening, error, close] = this.#farewell(webSocketFraming, refusal);
    socket.send(opening, ignored);
    socket.send(error, ignored);
    socket.send(close, () => socket.terminate());
    return undefined;
  }

  #limitsFor({ user }: Arrival) {
    const { xmlLimits, strangerXmlLimits } = this.#house;
    return user === undefined ? strangerXmlLimits : xmlLimits;
  }

  #admit(arrival: Arrival, makeWire: () => Wire): Connection | Refusal {
    const { admission, counters, log } = this.#house;
    const { address, onGone } = arrival;
    const admittance = admission.admit(address);
    if (!admittance.ok) {
      counters.connectionsRefused += 1;
      log.info({ event: 'connection_refused', address, condition: admittance.condition });
      onGone?.();
      return admittance;
    }
    counters.connectionsAccepted += 1;
    log.debug({ event: 'connection_accepted', address });
    const connection = this.#connect(arrival, makeWire(), () => {
      admittance.leave();
      onGone?.();
    });
    connection.start();
    return connection;
  }

  #connect(arrival: Arrival, wire: Wire, onGone: () => void): Connection {
    const { address, tls, user, directTls = false } = arrival;
    const connection = new Connection(this.#house, {
      wire,
      address,
      rules: this.#rulesFor(arrival, wire),
      directTls,
      known: { ...(tls ? { tls } : {}), ...(user === undefined ? {} : { user }) },
      onGone: (gone) => {
        this.#sweep.delete(gone);
        onGone();
        if (this.#sweep.members.size === 0) this.#onEmpty?.();
      },
    });
    this.#sweep.add(connection);
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

  /** What someone is told who is not let in: a whole, if short, stream. */
  #farewell(framing: Framing, { condition, text }: Refusal) {
    const opening = framing.open({ from: this.#house.domains[0], id: randomId() });
    return [opening, framing.error(condition, text), framing.close] as const;
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
