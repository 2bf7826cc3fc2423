/**
 * Components beside an engine, of this process or of a cluster: to the engine they are handlers of their domains, to the
 * listener they are the gate that components come in by.
 */
import { createHash } from 'node:crypto';
import type { DomainHandler, Peers } from '@rollcall/cluster';
import type { Timers } from '@rollcall/store';
import { bareOf, delayXml, isBareJid, localOf, stanzaError, type Stanza } from '@rollcall/xmpp';
import { ComponentRoll, type ComponentPlace } from './component-roll.ts';
import type { ComponentGate, ComponentLink } from './component-gate.ts';

/** What a `ComponentSwitch` is made of. */
export interface ComponentSwitchOptions {
  /** Prepared domains that components may serve. */
  readonly domains: readonly string[];
  /** Sends a stanza on its way to whomever it is addressed to. */
  readonly route: (stanza: Stanza) => void;
  readonly timers: Timers;
}

interface Connected {
  readonly deliver: (stanza: Stanza) => void;
  readonly sinceMs: number;
}

/**
 * The way of components (XEP-0114) to the engine and back: a front-end connects them, `handlers` give their
 * domains to the engine.
 */
export class ComponentSwitch implements ComponentGate {
  /** For the engine. */
  readonly handlers: ReadonlyMap<string, DomainHandler>;
  readonly #options: ComponentSwitchOptions;
  readonly #connected = new Map<string, Connected>();
  #roll: ComponentRoll | undefined;

  constructor(options: ComponentSwitchOptions) {
    this.#options = options;
    this.handlers = new Map(
      options.domains.map((domain) => [
        domain,
        { handle: (stanza, send) => this.#handle(domain, stanza, send) },
      ]),
    );
  }

  /** From now on components are reached wherever in the cluster they are connected. */
  join(peers: Peers): void {
    this.#roll = new ComponentRoll(
      peers,
      () => Array.from(this.#connected, ([domain, { sinceMs }]) => ({ domain, sinceMs })),
      (domain, stanza) => this.#connected.get(domain)?.deliver(stanza),
    );
  }

  attach(domain: string, deliver: (stanza: Stanza) => void): ComponentLink | undefined {
    if (this.#connected.has(domain)) return undefined;
    const connected = { deliver, sinceMs: this.#options.timers.now() };
    this.#connected.set(domain, connected);
    this.#roll?.changed();
    return {
      send: this.#options.route,
      detach: () => {
        if (this.#connected.get(domain) !== connected) return;
        this.#connected.delete(domain);
        this.#roll?.changed();
      },
    };
  }

  #handle(domain: string, stanza: Stanza, send: (stanza: Stanza) => void): void {
    const places = this.#placesOf(domain);
    const place = chosenFor(stanza, places);
    if (place === undefined) {
      refuse(stanza, send);
    } else if (asksUptime(stanza)) {
      const sinceMs = Math.min(...places.map((one) => one.sinceMs));
      send(uptime(stanza, domain, sinceMs));
    } else if (place.process === this.#self) {
      this.#connected.get(domain)?.deliver(stanza);
    } else if (this.#roll?.send(place.process, domain, stanza) !== true) refuse(stanza, send);
  }

  #placesOf(domain: string): readonly ComponentPlace[] {
    const connected = this.#connected.get(domain);
    const elsewhere = this.#roll?.placesOf(domain) ?? [];
    if (!connected) return elsewhere;
    return [{ domain, process: this.#self, sinceMs: connected.sinceMs }, ...elsewhere];
  }

  get #self(): string {
    return this.#roll?.self ?? '';
  }
}

/** Of several connections each sender has one, wherever the choice is made, so that what one says arrives in order. */
function chosenFor(
  { from }: Stanza,
  places: readonly ComponentPlace[],
): ComponentPlace | undefined {
  const weight = ({ process }: ComponentPlace) =>
    createHash('sha1')
      .update(`${process} ${from === undefined ? '' : bareOf(from)}`)
      .digest('hex');
  if (places.length < 2) return places[0];
  return places.reduce((best, place) => (weight(place) > weight(best) ? place : best));
}

/** RFC 6120 §10.4: the domain is known, nobody is there to take it now. Presence is no question. */
function refuse(stanza: Stanza, send: (stanza: Stanza) => void): void {
  const error = stanza.kind === 'presence' ? undefined : stanzaError(stanza, 'service-unavailable');
  if (error) send(error);
}

function asksUptime(stanza: Stanza): boolean {
  const { kind, type, to } = stanza;
  const isDomain = to !== undefined && isBareJid(to) && localOf(to) === undefined;
  return kind === 'presence' && type === 'probe' && isDomain;
}

/** XEP-0318 §3.2: when it came up. */
function uptime({ from, to }: Stanza, domain: string, sinceMs: number): Stanza {
  return {
    kind: 'presence',
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
    content: delayXml({ from: domain, at: sinceMs }),
  };
}
