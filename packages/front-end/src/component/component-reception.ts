/** Where components come in. */
import type { Socket } from 'node:net';
import { ByteWire } from '../connection/byte-wire.ts';
import type { ConnectionHouse } from '../connection/connection-house.ts';
import { farewell, type Hall } from '../connection/hall.ts';
import type { Turns } from '../connection/turns.ts';
import { EdgeService } from '../service/edge-service.ts';
import { componentFraming } from '../stream/framing.ts';
import { randomId } from '../stream/random-id.ts';
import { ComponentConnection } from './component-connection.ts';
import type { ComponentGate } from './component-gate.ts';

export interface ComponentReceptionOptions {
  readonly hall: Hall;
  readonly turns: Turns;
  readonly gate: ComponentGate;
  /** Secrets by prepared domain. */
  readonly components: ReadonlyMap<string, string>;
}

export class ComponentReception {
  readonly #house: ConnectionHouse;
  readonly #options: ComponentReceptionOptions;
  readonly #service: EdgeService;

  constructor(house: ConnectionHouse, options: ComponentReceptionOptions) {
    this.#house = house;
    this.#options = options;
    // Components have no accounts that could be registered.
    this.#service = new EdgeService({ timers: house.timers, features: [], items: () => [] });
  }

  receive(socket: Socket, address: string): void {
    const { hall, turns, gate, components } = this.#options;
    const { domains, strangerXmlLimits, counters, readers } = this.#house;
    const rules = { framing: componentFraming, components, domain: domains[0], randomId };
    const entry = hall.enter(address, () => {
      const wire = new ByteWire(socket, {
        framing: componentFraming,
        limits: strangerXmlLimits,
        turns,
        traffic: counters,
        readers,
      });
      return new ComponentConnection(this.#house, {
        wire,
        rules,
        gate,
        service: this.#service,
        address,
        onGone: (connection) => hall.left(connection),
      });
    });
    if (entry.ok) return;
    socket.on('error', () => socket.destroy());
    const words = farewell(componentFraming, domains[0], entry.refusal);
    socket.end(words.join(''), () => socket.destroy());
  }
}
