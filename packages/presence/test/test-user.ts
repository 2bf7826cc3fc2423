// A user's actor without a shell: inputs go in, effects come out, the contract between the two is checked each time.

import { expect } from 'vitest';
import {
  bareOf,
  type BareJid,
  type FullJid,
  type Iq,
  type Jid,
  type Message,
  type Presence,
  type Stanza,
} from '@rollcall/xmpp';
import {
  decide,
  defaultRules,
  emptyState,
  overhear,
  type Effect,
  type Handshake,
  type Hearing,
  type Input,
  type PresenceRules,
  type ProbeReason,
  type SessionRef,
  type SubscriptionState,
  type UserState,
} from '../src/index.ts';
import { traceOf } from './trace.ts';

export const startMs = Date.UTC(2026, 0, 1, 12);
export const startStamp = '2026-01-01T12:00:00Z';

export interface TestUserOptions {
  readonly exists?: boolean;
  /** A domain, and when it came up. */
  readonly upSinceMs?: number;
  readonly rules?: Partial<PresenceRules>;
  /** Contacts with the state that the user's half has towards them. */
  readonly contacts?: Readonly<Record<string, SubscriptionState>>;
}

export class TestUser {
  readonly jid: BareJid;
  state: UserState;
  nowMs = startMs;
  /** The effects of the last input. */
  effects: readonly Effect[] = [];
  #sessions = 0;
  readonly #seqs = new Map<string, number>();

  constructor(
    jid: string,
    { exists = true, upSinceMs, rules = {}, contacts = {} }: TestUserOptions = {},
  ) {
    this.jid = jid as BareJid;
    const allRules = { ...defaultRules, ...rules };
    this.state = emptyState({ jid: this.jid, exists, upSinceMs, rules: allRules });
    const items = Object.entries(contacts).map(([contact, state]) => ({
      jid: contact as BareJid,
      state,
      groups: [],
    }));
    if (items.length > 0) this.tell({ kind: 'rosterImported', items });
  }

  /** Tells the actor a fact; the effects as lines, without `progress` and `wakeAt`. */
  tell(input: Input): readonly string[] {
    const before = this.state;
    const { state, effects } = decide(before, input, this.nowMs);
    checkContract(input, effects);
    this.state = state;
    this.effects = effects;
    return traceOf(effects, (ref) => nameOf(ref, state) ?? nameOf(ref, before) ?? '?');
  }

  bind(resource: string): readonly string[] {
    this.#sessions += 1;
    this.#seqs.set(resource, 0);
    const session = { frontEnd: `${this.jid} front`, id: this.#sessions };
    return this.tell({ kind: 'sessionBound', session, resource });
  }

  /** Binds and sends initial presence; what came of the presence. */
  comes(resource: string, content = ''): readonly string[] {
    this.bind(resource);
    return this.sends(resource, presence({ content }));
  }

  /** The resource's client sends a stanza. */
  sends(resource: string, stanza: Stanza): readonly string[] {
    const seq = (this.#seqs.get(resource) ?? 0) + 1;
    this.#seqs.set(resource, seq);
    const from = this.full(resource);
    const session = this.ref(resource);
    return this.tell({
      kind: 'stanzaReceived',
      session,
      resource,
      seq,
      stanza: { ...stanza, from },
    });
  }

  ends(resource: string): readonly string[] {
    const seq = (this.#seqs.get(resource) ?? 0) + 1;
    return this.tell({ kind: 'sessionEnded', session: this.ref(resource), resource, seq });
  }

  /** A subscription stanza comes from the contact's half. */
  hears(type: NonNullable<Presence['type']>, from: string, more: Partial<Handshake> = {}) {
    const stanza = presence({ type, from, to: this.jid });
    const number = this.nowMs;
    const handshake = { id: `${from} ${number}`, number, stanza, gone: [], ...more };
    return this.tell({ kind: 'handshakeArrived', delivery: 'd', handshake });
  }

  /** A contact's broadcast. */
  sees(from: string, { type, seq = 1, id = 1 }: SeenPresence = {}): readonly string[] {
    const stanza = presence(type === undefined ? { from } : { from, type });
    const stamp = { session: { frontEnd: `${from} front`, id }, seq };
    const overheard = overhear(this.state, { stanza, stamp }, bareOf(from as Jid));
    const lines = this.tell({ kind: 'broadcastArrived', presence: { stanza, stamp } });
    if (overheard !== 'decide') this.#checkOverheard(overheard);
    return lines;
  }

  /** What is heard without a decision is what the decision says. */
  #checkOverheard({ state, to }: Hearing): void {
    const delivered = this.effects.flatMap((effect) =>
      effect.kind === 'deliver' ? effect.to : [],
    );
    expect(to).toEqual(delivered);
    expect(state).toEqual(this.state);
    expect(this.effects.every(({ kind }) => kind === 'deliver')).toBe(true);
  }

  isProbedBy(from: string, reason: ProbeReason = 'client', to: string = this.jid) {
    const probe = { from: from as Jid, to: to as Jid, reason };
    return this.tell({ kind: 'probeArrived', probe });
  }

  /** Time passes, up to when the actor is told of it. */
  waits(ms: number): readonly string[] {
    this.nowMs += ms;
    return this.tell({ kind: 'timeCame' });
  }

  /** The queue has taken the first handshake for that contact. */
  isPublished(contact: string): readonly string[] {
    const [first] = this.state.roster.get(contact as BareJid)?.outbox ?? [];
    if (first === undefined) throw new Error(`nothing is on its way to ${contact}`);
    return this.tell({ kind: 'handshakePublished', contact: contact as BareJid, id: first.id });
  }

  halfOf(contact: string): SubscriptionState {
    return this.state.roster.get(contact as BareJid)?.state ?? 'None';
  }

  ref(resource: string): SessionRef {
    const session = this.state.sessions.get(resource);
    if (session === undefined) throw new Error(`${this.jid} has no session ${resource}`);
    return session.ref;
  }

  full(resource: string): FullJid {
    return `${this.jid}/${resource}` as FullJid;
  }
}

export interface SeenPresence {
  readonly type?: 'unavailable';
  readonly seq?: number;
  /** The contact's session: another number is another stream. */
  readonly id?: number;
}

export interface StanzaOptions {
  readonly type?: Presence['type'];
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly content?: string;
}

export function presence({ type, from, to, id, content = '' }: StanzaOptions = {}): Presence {
  return {
    kind: 'presence',
    ...(type === undefined ? {} : { type }),
    ...(from === undefined ? {} : { from: from as Jid }),
    ...(to === undefined ? {} : { to: to as Jid }),
    ...(id === undefined ? {} : { id }),
    content,
  };
}

export function iq(type: Iq['type'], content: string, to?: string): Iq {
  return { kind: 'iq', type, id: 'i', content, ...(to === undefined ? {} : { to: to as Jid }) };
}

export function message(to: string, content = '<body>hi</body>'): Message {
  return { kind: 'message', type: 'chat', to: to as Jid, content };
}

export function rosterSet(item: string): Iq {
  return iq('set', `<query xmlns='jabber:iq:roster'>${item}</query>`);
}

export function rosterGet(version?: string): Iq {
  const ver = version === undefined ? '' : ` ver='${version}'`;
  return iq('get', `<query xmlns='jabber:iq:roster'${ver}/>`);
}

function nameOf(ref: SessionRef, { sessions }: UserState): string | undefined {
  for (const session of sessions.values()) {
    if (session.ref.id === ref.id && session.ref.frontEnd === ref.frontEnd) return session.resource;
  }
  return undefined;
}

/** `effect.ts`: at most one save, and first; a client's stanza is always answered by progress, the end of its session never. */
export function checkContract(input: Input, effects: readonly Effect[]): void {
  const saves = effects.filter(({ kind }) => kind === 'save' || kind === 'erase');
  expect(saves.length).toBeLessThanOrEqual(1);
  if (saves.length === 1) expect(effects[0]).toBe(saves[0]);
  if (input.kind === 'sessionEnded') {
    const { session } = input;
    expect(effects).not.toContainEqual(expect.objectContaining({ kind: 'progress', session }));
  }
  if (input.kind !== 'stanzaReceived') return;
  const { session, seq } = input;
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'progress', session, seq }));
}
