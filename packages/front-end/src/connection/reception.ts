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

export class Reception {
  readonly #house: ConnectionHouse;
  readonly #options: ReceptionOptions;

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
    const { xmlLimits, strangerXmlLimits, counters } = this.#house;
    const limits = user === undefined ? strangerXmlLimits : xmlLimits;
    return { limits, turns: this.#options.turns, traffic: counters };
  }

  #enter(arrival: Arrival, makeWire: () => Wire): Entry<Connection> {
    const { address, tls, user, transport, onGone } = arrival;
    const { transports } = this.#house;
    const entry = this.#options.hall.enter(address, (leave) => {
      const wire = makeWire();
      transports[transport] += 1;
      return new Connection(this.#house, {
        wire,
        address,
        rules: this.#rulesFor(arrival, wire),
        directTls: transport === 'tls',
        known: { ...(tls ? { tls } : {}), ...(user === undefined ? {} : { user }) },
        onGone: (gone) => {
          transports[transport] -= 1;
          leave(gone);
          onGone?.();
        },
      });
    });
    if (!entry.ok) onGone?.();
    return entry;
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
}
