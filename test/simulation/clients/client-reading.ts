/** What a client reads of what it is told, when it gets to it, as facts for whoever watches the run. */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import type { Device, Fact } from '../promises/observation.ts';
import type { ClientEvent, ClientSession } from './client-session.ts';

export interface ClientReadingOptions {
  readonly session: ClientSession;
  readonly device: Device;
  readonly isAlive: () => boolean;
  readonly tell: (fact: Fact) => void;
  /** Something that it said was refused. */
  readonly refused: (id: string | undefined) => void;
}

type Item = Pick<Extract<Fact, { readonly kind: 'item' }>, 'subscription' | 'asked'> & {
  readonly jid: BareJid;
};

export class ClientReading {
  readonly #options: ClientReadingOptions;
  #wakers: (() => void)[] = [];

  constructor(options: ClientReadingOptions) {
    this.#options = options;
  }

  /** A slow client stops before each event until `goOn`. */
  async readAll(): Promise<void> {
    const { session, device, isAlive } = this.#options;
    for await (const event of session) {
      while (device.slow && !device.over)
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
      if (isAlive()) this.#take(event);
    }
  }

  goOn(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }

  tellItem({ jid: contact, subscription, asked }: Item): void {
    const { device, tell } = this.#options;
    tell({ kind: 'item', device, contact, subscription, asked });
  }

  #take(event: ClientEvent): void {
    switch (event.kind) {
      case 'presence':
        this.#see(event);
        return;
      case 'roster':
        if (event.change.kind === 'set') this.tellItem(event.change.contact);
        else this.tellItem({ jid: event.change.jid, subscription: 'remove', asked: false });
        return;
      case 'error':
        this.#options.refused(event.stanza.id);
        return;
      default:
    }
  }

  #see({ from, available, presence }: Extract<ClientEvent, { readonly kind: 'presence' }>): void {
    const { device, tell } = this.#options;
    const after = /^directed (\d+)$/.exec(presence.status ?? '')?.[1];
    const isDirected = available && after !== undefined;
    const number = available && !isDirected ? Number(presence.status) : undefined;
    tell({
      kind: 'saw',
      device,
      from: from as FullJid,
      number,
      isDirected,
      ...(isDirected ? { after: Number(after) } : {}),
    });
  }
}
