/** The listeners of a front-end: what comes in at each goes to its reception. */
import { ComponentReception } from '../component/component-reception.ts';
import type { ComponentGate } from '../component/component-gate.ts';
import { preparedComponents } from '../component/prepared-components.ts';
import type { ConnectionHouse } from '../connection/connection-house.ts';
import type { Hall } from '../connection/hall.ts';
import type { Arrival, Reception } from '../connection/reception.ts';
import type { Turns } from '../connection/turns.ts';
import { FrontEndError, stoppedError } from '../front-end-error.ts';
import type { Transport } from '../stats/transports.ts';
import type { Listener } from './listening.ts';
import type { Origin } from './proxied-socket.ts';
import { listenForTcp, type TcpListening } from './tcp-listener.ts';
import { listenForWebSockets } from './web-socket-listener.ts';
import type { WebSocketListening } from './web-socket-listening.ts';

/** Where components connect, and which there are: domain and secret (XEP-0114 §3). */
export interface ComponentListening extends TcpListening {
  /** Secrets by the domains of components. */
  readonly components: Readonly<Record<string, string>>;
  /** How they reach users, such as a `ComponentSwitch`. */
  readonly gate: ComponentGate;
}

export class Doors {
  readonly #house: ConnectionHouse;
  readonly #reception: Reception;
  readonly #hall: Hall;
  readonly #turns: Turns;
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(house: ConnectionHouse, reception: Reception, hall: Hall, turns: Turns) {
    this.#house = house;
    this.#reception = reception;
    this.#hall = hall;
    this.#turns = turns;
  }

  openTcp(listening: TcpListening): Promise<Listener> {
    return this.#keep(() =>
      listenForTcp(listening, this.#house.timers, (socket, origin) => {
        this.#reception.receiveBytes(socket, arrivalOf('tcp', origin));
      }),
    );
  }

  openTls(listening: TcpListening): Promise<Listener> {
    return this.#keep(() => {
      if (!this.#house.secureContext()) {
        const text = 'Listening for TLS needs a certificate; give the option `tls`.';
        throw new FrontEndError('front_end_misconfigured', text);
      }
      return listenForTcp(listening, this.#house.timers, (socket, { address }) => {
        this.#reception.receiveBytes(socket, { transport: 'tls', address });
      });
    });
  }

  openWebSocket(listening: WebSocketListening): Promise<Listener> {
    const { limits, timers } = this.#house;
    const bounds = { maxBytes: limits.stanzaBytes, timers };
    return this.#keep(() =>
      listenForWebSockets(listening, bounds, ({ socket, below, origin }) => {
        this.#reception.receiveWebSocket(socket, below, arrivalOf('webSocket', origin));
      }),
    );
  }

  openComponents({ components, gate, ...listening }: ComponentListening): Promise<Listener> {
    return this.#keep(() => {
      const reception = new ComponentReception(this.#house, {
        hall: this.#hall,
        turns: this.#turns,
        gate,
        components: preparedComponents(components),
      });
      return listenForTcp(listening, this.#house.timers, (socket, { address }) => {
        reception.receive(socket, address);
      });
    });
  }

  async #keep(open: () => Promise<Listener>): Promise<Listener> {
    if (!this.#isOpen()) throw stoppedError();
    const listener = await open();
    this.#listeners.add(listener);
    // It may have been stopped meanwhile.
    if (!this.#isOpen()) await listener.close();
    return listener;
  }

  #isOpen(): boolean {
    return !this.#closed;
  }

  /** Nobody comes in any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#listeners, (listener) => listener.close()));
  }
}

function arrivalOf(transport: Transport, { address, secure }: Origin): Arrival {
  return { transport, address, ...(secure ? { tls: {} } : {}) };
}
