/**
 * Which components are connected at which processes of the cluster. Each process tells the others what is connected at
 * it: all of it, at each change, and whenever somebody joins.
 */
import type { PeerListener, PeerMessage, Peers } from '@rollcall/cluster';
import type { Stanza } from '@rollcall/xmpp';

export interface ConnectedComponent {
  readonly domain: string;
  readonly sinceMs: number;
}

/** One connection of a component. */
export interface ComponentPlace extends ConnectedComponent {
  readonly process: string;
}

const about = 'components';

type Said =
  | { readonly kind: 'roll'; readonly roll: readonly ConnectedComponent[] }
  | { readonly kind: 'stanza'; readonly domain: string; readonly text: string };

export class ComponentRoll implements PeerListener {
  readonly #peers: Peers;
  readonly #here: () => readonly ConnectedComponent[];
  readonly #deliver: (domain: string, stanza: Stanza) => void;
  readonly #elsewhere = new Map<string, readonly ConnectedComponent[]>();

  constructor(
    peers: Peers,
    here: () => readonly ConnectedComponent[],
    deliver: (domain: string, stanza: Stanza) => void,
  ) {
    this.#peers = peers;
    this.#here = here;
    this.#deliver = deliver;
    peers.listen(about, this);
  }

  get self(): string {
    return this.#peers.self;
  }

  /** Where else the component is connected. */
  placesOf(domain: string): readonly ComponentPlace[] {
    return [...this.#elsewhere].flatMap(([process, roll]) =>
      roll.filter((one) => one.domain === domain).map((one) => ({ ...one, process })),
    );
  }

  /** To the component's connection at that process. False where that is no more. */
  send(process: string, domain: string, stanza: Stanza): boolean {
    return this.#say(process, { kind: 'stanza', domain, text: JSON.stringify(stanza) });
  }

  /** Something has been connected here, or is no more. */
  changed(): void {
    for (const process of this.#elsewhere.keys()) this.joined(process);
  }

  heard(from: string, message: PeerMessage): void {
    const said = message as unknown as Said;
    if (said.kind === 'roll') this.#elsewhere.set(from, said.roll);
    else this.#deliver(said.domain, JSON.parse(said.text) as Stanza);
  }

  joined(process: string): void {
    if (!this.#elsewhere.has(process)) this.#elsewhere.set(process, []);
    this.#say(process, { kind: 'roll', roll: this.#here() });
  }

  gone(process: string): void {
    this.#elsewhere.delete(process);
  }

  cutOff(): void {
    this.#elsewhere.clear();
  }

  #say(process: string, said: Said): boolean {
    return this.#peers.say(process, { about, ...said });
  }
}
