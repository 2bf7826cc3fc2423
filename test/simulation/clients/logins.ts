/** How clients come in: anew, with a stream that they can resume, or with an address that somebody has already. */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import type { Fact } from '../promises/observation.ts';
import { Dice } from '../run/dice.ts';
import type { SimClock } from '../world/sim-clock.ts';
import { Client } from './client.ts';
import type { Place } from './place.ts';

export interface LoginsOptions {
  readonly seed: number;
  readonly clock: SimClock;
  /** Where a client may come in now. */
  readonly places: () => readonly Place[];
  readonly clients: () => readonly Client[];
  readonly admitted: (client: Client) => void;
  readonly tell: (fact: Fact) => void;
  readonly note: (line: string) => void;
  /** Made for each session with a stream: whether what is written there gets to the client. */
  readonly passes: () => (text: string) => boolean;
}

/** No session says so much. */
const numbersOfALife = 100_000;

export class Logins {
  readonly #options: LoginsOptions;
  #plain = 0;
  #resumable = 0;
  /** How often each address has been logged in again, and where that is under way. */
  readonly #lives = new Map<FullJid, number>();
  readonly #contested = new Set<FullJid>();

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  begin(user: BareJid, pick: number): void {
    const place = this.#placeFor(pick);
    if (place === undefined) return;
    const { clock, tell, note } = this.#options;
    const resource = `r${++this.#plain}`;
    note(`${user}/${resource} logs in at ${place.name}`);
    const login = Client.login({ place, user, resource, clock, tell, numberedFrom: 0 });
    this.#admit(login, `${user}/${resource}`);
  }

  /** With a stream that it can resume when it is lost. */
  beginResumable(user: BareJid, pick: number): void {
    const place = this.#placeFor(pick);
    if (place === undefined) return;
    const { seed, clock, places, tell, note, passes } = this.#options;
    const resource = `m${++this.#resumable}`;
    note(`${user}/${resource} logs in at ${place.name}, to stay`);
    const dice = Dice.named(seed, `stream ${resource}`);
    const stream = { places, dice, passes: passes() };
    const client = { place, user, resource, clock, tell, numberedFrom: 0 };
    this.#admit(Client.loginResumable({ ...client, ...stream }), `${user}/${resource}`);
  }

  /** A session of the same address, which takes its place wherever it is. */
  beginAgain({ device, address }: Client, pick: number): void {
    const place = this.#placeFor(pick);
    // One at a time: of two that ask at once nobody outside knows who was the later.
    if (place === undefined || this.#contested.has(address)) return;
    const { clock, tell, note } = this.#options;
    this.#contested.add(address);
    for (const client of this.#options.clients())
      if (client.address === address) client.device.contestedMs = clock.passedMs;
    const lives = (this.#lives.get(address) ?? 0) + 1;
    this.#lives.set(address, lives);
    note(`${address} logs in again at ${place.name}`);
    const resource = address.slice(address.indexOf('/') + 1);
    const numberedFrom = lives * numbersOfALife;
    const login = Client.login({ place, user: device.user, resource, clock, tell, numberedFrom });
    const settled = (): void => void this.#contested.delete(address);
    login.then(settled, settled);
    this.#admit(login, address);
  }

  #placeFor(pick: number): Place | undefined {
    const places = this.#options.places();
    return places[Math.floor(pick * places.length)];
  }

  #admit(login: Promise<Client>, name: string): void {
    const { admitted, note } = this.#options;
    login.then(
      (client) => {
        admitted(client);
        client.say();
      },
      (error: unknown) => {
        note(`${name} is not let in: ${error instanceof Error ? error.message : ''}`);
      },
    );
  }
}
