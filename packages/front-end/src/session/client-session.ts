/**
 * A user's session as the cluster knows it, and the stream that it speaks through. With stream management it outlives
 * the stream, waits to be resumed and goes on over another.
 */
import type { OutboundStanza, SessionReceiver } from '@rollcall/cluster';
import {
  domainOf,
  escapeAttribute,
  NS,
  splitAtTo,
  type BareJid,
  type FullJid,
  type Stanza,
  type StanzaErrorCondition,
  type StreamErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { requestXml, StreamManagement } from '../management/stream-management.ts';
import { undeliveredReplies } from '../management/undelivered.ts';
import { failedXml } from '../stream/managing.ts';
import type { ManagementRequest } from '../stream/stream-state.ts';
import { WriteQueue, type QueueOwner, type Splice } from '../write-queue/write-queue.ts';
import type { Session, SessionHouse, SessionStream } from './session-house.ts';
import { pingIdPrefix, StanzaIntake, type Client } from './stanza-intake.ts';

export type SessionOpening =
  | { readonly ok: true; readonly session: ClientSession }
  | { readonly ok: false; readonly condition: StanzaErrorCondition; readonly text: string };

export class ClientSession implements Session, SessionReceiver, QueueOwner, Client {
  readonly user: BareJid;
  readonly #house: SessionHouse;
  readonly #queue: WriteQueue;
  /** Present once the session is open. */
  #intake: StanzaIntake | undefined;
  #stream: SessionStream | undefined;
  #management: StreamManagement | undefined;
  /** Why the session is over, as its stream is told. */
  #over: { readonly condition: StreamErrorCondition; readonly text?: string } | undefined;
  #pings = 0;

  private constructor(house: SessionHouse, user: BareJid) {
    this.user = user;
    this.#house = house;
    this.#queue = new WriteQueue(house.limits, this);
  }

  /** Opens a session in the cluster; it has no stream yet. Rejects only where the gate does. */
  static async open(
    house: SessionHouse,
    request: { readonly user: BareJid; readonly resource?: string },
  ): Promise<SessionOpening> {
    const { sessions, limits, gate } = house;
    if (sessions.size >= limits.sessions) {
      return { ok: false, condition: 'resource-constraint', text: 'the server is full' };
    }
    const session = new ClientSession(house, request.user);
    sessions.add(session);
    try {
      const outcome = await gate.open({ ...request, receiver: session });
      if (!outcome.ok) return outcome;
      session.#intake = new StanzaIntake(house, outcome.session, request.user, session);
      return { ok: true, session };
    } finally {
      if (!session.#intake) sessions.delete(session);
    }
  }

  get address(): FullJid {
    if (!this.#intake) throw new Error('the session is not open yet');
    return this.#intake.session.address;
  }

  get queued(): { readonly stanzas: number; readonly bytes: number } {
    return { stanzas: this.#queue.size, bytes: this.#queue.bytes };
  }

  get unacknowledged(): number {
    return this.#management?.acknowledgements.unacknowledged.length ?? 0;
  }

  canGoOnFrom(handled: number): boolean {
    return this.#management?.acknowledgements.isPlausible(handled) === true;
  }

  attach(stream: SessionStream): void {
    this.#stream = stream;
    if (this.#over) stream.end(this.#over.condition, this.#over.text);
    else this.#queue.attach(stream.outlet, this.#spliceFor(stream));
  }

  resume(stream: SessionStream, handled: number): void {
    const management = this.#management;
    if (!management) throw new Error('only a managed session can be resumed');
    const former = this.#stream;
    this.#stream = stream;
    former?.end('conflict', 'the session was resumed over another stream');
    stream.outlet.write(management.resumedXml());
    this.#carryOut(management.answer({ kind: 'acknowledge', handled }));
    const { unacknowledged } = management.acknowledgements;
    this.#queue.attach(stream.outlet, this.#spliceFor(stream), unacknowledged);
  }

  #spliceFor({ declaration }: SessionStream): Splice {
    return { declaration, to: this.address };
  }

  // What the cluster tells.

  deliver(stanza: OutboundStanza): void {
    this.#queue.deliver(stanza);
  }

  closed(condition: StreamErrorCondition, text?: string): void {
    this.#finish(condition, text);
  }

  // What the queue tells.

  overflowed(): void {
    this.#house.counters.queueOverflows += 1;
    this.#finish('resource-constraint', 'you read too slowly');
  }

  sent(stanza: OutboundStanza): void {
    this.#house.counters.stanzasSent += 1;
    const management = this.#management;
    if (!management) return;
    const { acknowledgements } = management;
    acknowledgements.stanzaSent(stanza);
    if (acknowledgements.urgent) this.#requestAcknowledgement(management);
    const { queueBytes, queueStanzas } = this.#house.limits;
    const { unacknowledged, bytes } = acknowledgements;
    if (unacknowledged.length > queueStanzas || bytes > queueBytes) this.overflowed();
  }

  coalesced(): void {
    this.#house.counters.presencesCoalesced += 1;
  }

  // What the client says.

  receive(element: XmlElement): void {
    this.#management?.acknowledgements.stanzaReceived();
    this.#intake?.receive(element, this.#stream?.lang);
  }

  reply(stanza: Stanza): void {
    if (!this.#over) this.#queue.say(splitAtTo(stanza));
  }

  end(condition: StreamErrorCondition, text: string): void {
    this.#stream?.end(condition, text);
  }

  setActive(active: boolean): void {
    this.#queue.setActive(active);
  }

  manage(request: ManagementRequest): void {
    if (this.#management) this.#carryOut(this.#management.answer(request));
    else if (request.kind === 'enable') this.#enableManagement(request);
    else this.say(failedXml('unexpected-request'));
  }

  #enableManagement({
    resume,
    maxSeconds = Infinity,
  }: Extract<ManagementRequest, { readonly kind: 'enable' }>): void {
    const { timeouts, resumptions } = this.#house;
    const waitMs = Math.min(timeouts.resumptionMs, maxSeconds * 1000);
    const management = new StreamManagement(
      resume ? { id: resumptions.register(this), waitMs } : undefined,
    );
    // Said before it counts.
    this.say(management.enabledXml());
    this.#management = management;
  }

  #carryOut({ say, end }: ReturnType<StreamManagement['answer']>): void {
    if (say !== undefined) this.say(say);
    if (end) this.#stream?.end(end.condition, end.text, end.extra);
  }

  #requestAcknowledgement({ acknowledgements }: StreamManagement): void {
    if (acknowledgements.takeRequest()) this.say(requestXml);
  }

  say(text: string): void {
    this.#queue.say({ text });
  }

  drained(): void {
    this.#queue.drained();
  }

  tick(): void {
    if (this.#management && this.#stream) this.#requestAcknowledgement(this.#management);
  }

  probe(): void {
    if (this.#management) {
      this.say(requestXml);
      return;
    }
    const from = escapeAttribute(domainOf(this.address));
    const head = `<iq type='get' id='${pingIdPrefix}${++this.#pings}' from='${from}'`;
    this.#queue.say({ head, tail: `><ping xmlns='${NS.ping}'/></iq>` });
  }

  // How it ends.

  leave(stream: SessionStream, how: 'closed' | 'lost'): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#queue.detach();
    const resumption = this.#management?.resumption;
    const { resumptions } = this.#house;
    if (how === 'lost' && resumption && resumptions.await(resumption.id, resumption.waitMs)) return;
    this.#end(how);
  }

  expired(): void {
    this.#house.counters.sessionsExpired += 1;
    this.#end('lost');
  }

  abandon(): void {
    if (!this.#stream) this.#end('closed');
  }

  #finish(condition: StreamErrorCondition, text: string | undefined): void {
    if (this.#over) return;
    this.#over = { condition, ...(text === undefined ? {} : { text }) };
    const stream = this.#stream;
    this.#stream = undefined;
    this.#end('closed');
    stream?.end(condition, text);
  }

  #end(how: 'closed' | 'lost'): void {
    const { sessions, resumptions } = this.#house;
    if (!sessions.delete(this)) return;
    this.#over ??= { condition: 'undefined-condition' };
    const resumption = this.#management?.resumption;
    if (resumption) resumptions.forget(resumption.id);
    if (how === 'lost') this.#accountForUndelivered();
    this.#queue.close();
    this.#intake?.session.end();
  }

  #accountForUndelivered(): void {
    const unacknowledged = this.#management?.acknowledgements.unacknowledged ?? [];
    const items = [...unacknowledged, ...this.#queue.kept];
    for (const error of undeliveredReplies(items, this.address, this.#house.xmlLimits)) {
      this.#intake?.session.send(error);
    }
  }
}
