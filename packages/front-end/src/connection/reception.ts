/** Where clients come in, over whatever transport. */
import type { Duplex } from 'node:stream';
import { NS, type BareJid } from '@rollcall/xmpp';
import { isLoopback } from '../listener/peer-address.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import type { Transport } from '../stats/transports.ts';
import { tcpFraming, webSocketFraming } from '../stream/framing.ts';
import { randomId } from '../stream/random-id.ts';
import type { StreamRules, TlsFacts } from '../stream/stream-state.ts';
import { ByteWire } from './byte-wire.ts';
import { Connection } from './connection.ts';
import type { ConnectionHouse } from './connection-house.ts';
import { farewell, type Entry, type Hall } from './hall.ts';
import type { Turns } from './turns.ts';
import { WebSocketWire, type Corkable, type WebSocketLike } from './web-socket-wire.ts';
import type { Wire } from './wire.ts';

export interface ReceptionOptions {
  readonly hall: Hall;
  readonly cleartextAuth: boolean;
  readonly mechanisms: readonly SaslMechanism[];
  readonly turns: Turns;
}

/** Someone at the door. */
export interface Arrival {
  readonly transport: Transport;
  readonly address: string;
  /** Present where nobody else can read the stream. */
  readonly tls?: TlsFacts;
  /** A gateway knows who it is. */
  readonly user?: BareJid;
  readonly onGone?: () => void;
}

/** What the engine and this front-end do for a bound session. */
const sessionFeatures =
  `<ver xmlns='${NS.rosterver}'/><sub xmlns='${NS.preApproval}'/>` +
  `<csi xmlns='${NS.csi}'/><sm xmlns='${NS.sm3}'/>`;

/** What becomes of a message to someone who is turned away. */
const ignored = (): void => undefined;

type Parting = (gone: Connection) => void;

export class Reception {
  readonly #house: ConnectionHouse;
  readonly #options: ReceptionOptions;
  /** There are few that differ: connections share them. */
  readonly #rules: StreamRules[] = [];
  readonly #partings = {
    tcp: this.#partingFrom('tcp'),
    tls: this.#partingFrom('tls'),
    webSocket: this.#partingFrom('webSocket'),
    handedOver: this.#partingFrom('handedOver'),
  } as const satisfies Record<Transport, Parting>;

  constructor(house: ConnectionHouse, options: ReceptionOptions) {
    this.#house = house;
    this.#options = options;
  }

  /** Serves a stream of bytes; undefined where it was turned away. */
  receiveBytes(stream: Duplex, arrival: Arrival): Connection | undefined {
    const options = { ...this.#wiring(arrival), framing: tcpFraming };
    const entry = this.#enter(arrival, () => new ByteWire(stream, options));
    if (entry.ok) return entry.guest;
    stream.on('error', () => stream.destroy());
    stream.resume();
    const words = farewell(tcpFraming, this.#house.domains[0], entry.refusal);
    // Before a TLS handshake nothing can be said.
    if (arrival.transport === 'tls') stream.destroy();
    else stream.end(words.join(''), () => stream.destroy());
    return undefined;
  }

  /** Serves a WebSocket; undefined where it was turned away. */
  receiveWebSocket(
    socket: WebSocketLike,
    below: Corkable | undefined,
    arrival: Arrival,
  ): Connection | undefined {
    const options = { ...this.#wiring(arrival), below };
    const entry = this.#enter(arrival, () => new WebSocketWire(socket, options));
    if (entry.ok) return entry.guest;
    socket.on('error', () => socket.terminate());
    const words = farewell(webSocketFraming, this.#house.domains[0], entry.refusal);
    const [opening, error, close] = words;
    socket.send(opening, ignored);
    socket.send(error, ignored);
    socket.send(close, () => socket.terminate());
    return undefined;
  }

  #wiring({ user }: Arrival) {
    const { xmlLimits, strangerXmlLimits, counters, readers } = this.#house;
    const limits = user === undefined ? strangerXmlLimits : xmlLimits;
    return { limits, turns: this.#options.turns, traffic: counters, readers };
  }

  #enter(arrival: Arrival, makeWire: () => Wire): Entry<Connection> {
    const { address, tls, user, transport } = arrival;
    const { transports } = this.#house;
    const entry = this.#options.hall.enter(address, () => {
      const wire = makeWire();
      transports[transport] += 1;
      return new Connection(this.#house, {
        wire,
        address,
        rules: this.#rulesFor(arrival, wire),
        directTls: transport === 'tls',
        known: { ...(tls ? { tls } : {}), ...(user === undefined ? {} : { user }) },
        onGone: this.#partingOf(arrival),
      });
    });
    if (!entry.ok) arrival.onGone?.();
    return entry;
  }

  /** One function for all that nobody else waits for. */
  #partingOf({ transport, onGone }: Arrival): Parting {
    const parting = this.#partings[transport];
    if (!onGone) return parting;
    return (gone) => {
      parting(gone);
      onGone();
    };
  }

  #partingFrom(transport: Transport): Parting {
    return (gone) => {
      this.#house.transports[transport] -= 1;
      this.#options.hall.left(gone);
    };
  }

  #rulesFor({ address, tls }: Arrival, wire: Wire): StreamRules {
    const { framing } = wire;
    const { secureContext } = this.#house;
    const tlsAvailable = !tls && wire.startTls !== undefined && secureContext() !== undefined;
    const cleartextAuth = this.#options.cleartextAuth || isLoopback(address);
    const known = this.#rules.find(
      (rules) =>
        rules.framing === framing &&
        rules.tlsAvailable === tlsAvailable &&
        rules.cleartextAuth === cleartextAuth,
    );
    if (known) return known;
    const rules = this.#newRules({ framing, tlsAvailable, cleartextAuth });
    this.#rules.push(rules);
    return rules;
  }

  #newRules(
    differing: Pick<StreamRules, 'framing' | 'tlsAvailable' | 'cleartextAuth'>,
  ): StreamRules {
    const { domains, limits, registrar } = this.#house;
    return {
      ...differing,
      domains,
      mechanisms: this.#options.mechanisms,
      saslAttempts: limits.failedLoginsPerStream,
      registration: registrar !== undefined,
      sessionFeatures,
      randomId,
    };
  }
}
