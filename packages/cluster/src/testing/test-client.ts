/** A client at a session gate: says stanzas, and keeps what it is told as text. */
import {
  escapeAttribute,
  parseBareJid,
  type BareJid,
  type FullJid,
  type Jid,
  type Presence,
  type Stanza,
} from '@rollcall/xmpp';
import type { GateSession, OutboundStanza, SessionGate } from '../gate/session-gate.ts';

export class TestClient {
  /** Since the last `take`. */
  #received: string[] = [];
  closedBy: string | undefined;
  session: GateSession | undefined;
  /** The front-end process that it came in at. */
  readonly frontEnd: string;

  private constructor(frontEnd: string) {
    this.frontEnd = frontEnd;
  }

  static async login(gate: SessionGate, user: BareJid, resource?: string): Promise<TestClient> {
    const client = new TestClient(gate.frontEnd);
    const outcome = await gate.open({
      user,
      ...(resource === undefined ? {} : { resource }),
      receiver: {
        deliver: (stanza) => client.#received.push(client.#textOf(stanza)),
        closed: (condition) => {
          client.closedBy = condition;
        },
      },
    });
    if (!outcome.ok) throw new Error(`${user} was not let in: ${outcome.condition}`);
    client.session = outcome.session;
    return client;
  }

  get address(): FullJid {
    return this.#open().address;
  }

  /** `from` is stamped as a front-end does. */
  send(stanza: Stanza): void {
    const outcome = this.#open().send({ ...stanza, from: this.address });
    if (!outcome.ok) throw new Error(`refused: ${outcome.condition}`);
  }

  presence(more: Partial<Omit<Presence, 'kind' | 'from'>> = {}): void {
    this.send({ kind: 'presence', content: '', ...more });
  }

  subscription(type: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed', to: Jid): void {
    this.presence({ type, to });
  }

  status(text: string): void {
    this.presence({ content: `<status>${text}</status>` });
  }

  end(): void {
    this.#open().end();
  }

  /** What was received since the last time, oldest first. */
  take(): readonly string[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  #open(): GateSession {
    if (this.session === undefined) throw new Error('not logged in');
    return this.session;
  }

  #textOf({ head, tail, to = this.session?.address }: OutboundStanza): string {
    return head + (to === undefined ? '' : ` to='${escapeAttribute(to)}'`) + tail;
  }
}

export function jid(text: string): BareJid {
  const parsed = parseBareJid(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}
