/** The port through which components reach users and are reached. */
import type { Stanza } from '@rollcall/xmpp';

/** A component that is connected, as the engine sees it. */
export interface ComponentLink {
  /** Of any sender at the component's domain, `to` set. */
  send(stanza: Stanza): void;
  /** The component has gone. Idempotent. */
  detach(): void;
}

/** What a front-end uses of the engine for components. */
export interface ComponentGate {
  /**
   * A component has connected: from now on it gets what is addressed to its domain. Undefined where another one
   * serves the domain already. `deliver` must not throw.
   */
  attach(domain: string, deliver: (stanza: Stanza) => void): ComponentLink | undefined;
}
