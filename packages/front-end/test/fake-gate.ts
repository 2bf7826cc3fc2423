/** A cluster of one small Map: enough of the session gate to see what a front-end does with it. */
import type {
  Peers,
  GateSession,
  OpenOutcome,
  OpenRequest,
  OutboundStanza,
  PresenceAnswers,
  PresenceQuery,
  SendOutcome,
  SessionGate,
  SessionReceiver,
} from '@rollcall/cluster';
import { withResource, type BareJid, type FullJid, type Stanza } from '@rollcall/xmpp';

export class FakeSession implements GateSession {
  readonly address: FullJid;
  readonly receiver: SessionReceiver;
  readonly received: Stanza[] = [];
  ended = false;
  /** What the next stanzas are answered with. */
  outcome: SendOutcome = { ok: true };
  readonly #gate: FakeGate;

  constructor(gate: FakeGate, address: FullJid, receiver: SessionReceiver) {
    this.#gate = gate;
    this.address = address;
    this.receiver = receiver;
  }

  readonly unacknowledged = 0;

  send(stanza: Stanza): SendOutcome {
    if (this.ended) throw new Error(`${this.address} has ended`);
    if (this.outcome.ok) {
      this.received.push(stanza);
      this.#gate.onStanza(this, stanza);
    }
    return this.outcome;
  }

  end(): void {
    this.ended = true;
    this.#gate.leave(this);
  }
}

export interface FakeGateOptions {
  readonly frontEnd?: string;
  readonly peers?: Peers;
}

export class FakeGate implements SessionGate {
  readonly frontEnd: string;
  declare readonly peers?: Peers;
  readonly sessions = new Map<FullJid, FakeSession>();
  /** All that were ever opened, oldest first. */
  readonly opened: FakeSession[] = [];
  /** What the next open is answered with, instead of a session. */
  refusal: Extract<OpenOutcome, { readonly ok: false }> | undefined;
  /** Opens wait for this. */
  latch: Promise<void> = Promise.resolve();
  onStanza: (session: FakeSession, stanza: Stanza) => void = () => undefined;
  #made = 0;

  constructor({ frontEnd = 'test~1', peers }: FakeGateOptions = {}) {
    this.frontEnd = frontEnd;
    if (peers) this.peers = peers;
  }

  get size(): number {
    return this.sessions.size;
  }

  async open({ user, resource, receiver }: OpenRequest): Promise<OpenOutcome> {
    await this.latch;
    if (this.refusal) return this.refusal;
    const address = withResource(user, resource ?? `made-up-${++this.#made}`);
    this.sessions.get(address)?.receiver.closed('conflict', 'replaced by a newer session');
    const session = new FakeSession(this, address, receiver);
    this.sessions.set(address, session);
    this.opened.push(session);
    return { ok: true, session };
  }

  leave(session: FakeSession): void {
    if (this.sessions.get(session.address) === session) this.sessions.delete(session.address);
  }

  /** The session of that address; an error where there is none. */
  at(address: string): FakeSession {
    const session = this.sessions.get(address as FullJid);
    if (!session) throw new Error(`no session at ${address}`);
    return session;
  }

  ask({ users }: PresenceQuery): Promise<PresenceAnswers> {
    return Promise.resolve({ epoch: 1, answers: [], missing: users });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A contact's presence on its way. */
export function presenceFrom(from: string, content = ''): OutboundStanza {
  return {
    head: `<presence from='${from}'`,
    tail: content === '' ? '/>' : `>${content}</presence>`,
    presenceOf: from as FullJid | BareJid,
  };
}

export function messageFrom(from: string, body: string): OutboundStanza {
  return { head: `<message from='${from}'`, tail: `><body>${body}</body></message>` };
}
