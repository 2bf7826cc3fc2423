/**
 * Components beside an engine of this process: to the engine they are handlers of their domains, to the listener they
 * are the gate that components come in by.
 */
import type { DomainHandler } from '@rollcall/cluster';
import type { Timers } from '@rollcall/store';
import { delayXml, isBareJid, localOf, stanzaError, type Stanza } from '@rollcall/xmpp';
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

  constructor(options: ComponentSwitchOptions) {
    this.#options = options;
    this.handlers = new Map(
      options.domains.map((domain) => [
        domain,
        { handle: (stanza, send) => this.#handle(domain, stanza, send) },
      ]),
    );
  }

  attach(domain: string, deliver: (stanza: Stanza) => void): ComponentLink | undefined {
    if (this.#connected.has(domain)) return undefined;
    const connected = { deliver, sinceMs: this.#options.timers.now() };
    this.#connected.set(domain, connected);
    return {
      send: this.#options.route,
      detach: () => {
        if (this.#connected.get(domain) === connected) this.#connected.delete(domain);
      },
    };
  }

  #handle(domain: string, stanza: Stanza, send: (stanza: Stanza) => void): void {
    const connected = this.#connected.get(domain);
    if (!connected) {
      // RFC 6120 §10.4: the domain is known, nobody is there to take it now. Presence is no question.
      const error =
        stanza.kind === 'presence' ? undefined : stanzaError(stanza, 'service-unavailable');
      if (error) send(error);
    } else if (asksUptime(stanza)) {
      send(uptime(stanza, domain, connected.sinceMs));
    } else {
      connected.deliver(stanza);
    }
  }
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
