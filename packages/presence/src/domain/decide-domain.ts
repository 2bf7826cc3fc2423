/**
 * The presence of a served domain: anybody may ask since when it is up (XEP-0318 §3.2), and subscribe to its coming
 * and going (XEP-0267). Pure like `decide`; a domain has no sessions, no resource and no privacy lists.
 */

import { bareOf, delayXml, localOf, type BareJid, type Jid, type Presence } from '@rollcall/xmpp';
import { isWatchedBy } from '../subscription/state.ts';
import type { DomainState } from './domain-state.ts';
import {
  afterRequest,
  domainTable,
  type DomainSubscription,
  type SubscriptionType,
} from './domain-table.ts';

export type DomainInput =
  /** The server began to serve the domain. Not said when another node takes it over: the record knows. */
  | { readonly kind: 'cameUp' }
  /** It stops on purpose. */
  | { readonly kind: 'goesDown' }
  /** `from` is set, `to` is the domain. */
  | { readonly kind: 'presenceArrived'; readonly presence: Presence }
  /** An administrator makes the domain subscribe to another entity (XEP-0267 §2). Never done unasked. */
  | { readonly kind: 'befriend'; readonly peer: BareJid };

/** As with `Effect`: a save comes first, and what follows only after it has succeeded. */
export type DomainEffect =
  | { readonly kind: 'save' }
  | { readonly kind: 'route'; readonly stanza: Presence & { readonly to: Jid } };

export interface DomainDecision {
  readonly state: DomainState;
  readonly effects: readonly DomainEffect[];
}

const save: DomainEffect = { kind: 'save' };

export function decideDomain(
  state: DomainState,
  input: DomainInput,
  nowMs: number,
): DomainDecision {
  switch (input.kind) {
    case 'cameUp': {
      const up = { ...state, upSinceMs: nowMs };
      return { state: up, effects: [save, ...watchersOf(up).map((to) => route(up, to))] };
    }
    case 'goesDown': {
      if (state.upSinceMs === undefined) return { state, effects: [] };
      const gone = watchersOf(state).map((to) => route(state, to, 'unavailable'));
      return { state: { ...state, upSinceMs: undefined }, effects: [save, ...gone] };
    }
    case 'presenceArrived':
      return presenceArrived(state, input.presence);
    case 'befriend':
      return befriend(state, input.peer);
  }
}

function presenceArrived(state: DomainState, { type, from, id }: Presence): DomainDecision {
  if (from === undefined) return { state, effects: [] };
  switch (type) {
    case 'probe':
      return { state, effects: current(state, from, id) };
    case 'subscribe':
      return subscribe(state, bareOf(from));
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
      return answered(state, bareOf(from), type);
    default:
      // Directed presence and errors change nothing: a domain keeps no view of others.
      return { state, effects: [] };
  }
}

/** A peer domain that subscribes is subscribed to in return (XEP-0267 §1); people are not bothered with that. */
function subscribe(state: DomainState, peer: BareJid): DomainDecision {
  const before = subscriptionOf(state, peer);
  const { approves, rosterItems } = state.rules;
  const isFull = before === 'None' && state.roster.size >= rosterItems;
  if (!isWatchedBy(before) && (!approves || isFull)) {
    return { state, effects: [route(state, peer, 'unsubscribed')] };
  }
  const approved = domainTable[before].subscribe;
  const after = localOf(peer) === undefined ? afterRequest[approved] : approved;
  const asks: DomainEffect[] = after === approved ? [] : [route(state, peer, 'subscribe')];
  const effects = [route(state, peer, 'subscribed'), ...current(state, peer), ...asks];
  return enter(state, peer, after, effects);
}

/** Who no longer watches is shown that the domain is gone (RFC 6121 §3.3.3). */
function answered(
  state: DomainState,
  peer: BareJid,
  type: Exclude<SubscriptionType, 'subscribe'>,
): DomainDecision {
  const before = subscriptionOf(state, peer);
  const after = domainTable[before][type];
  const hides = isWatchedBy(before) && !isWatchedBy(after) && state.upSinceMs !== undefined;
  return enter(state, peer, after, hides ? [route(state, peer, 'unavailable')] : []);
}

/** An administrator who repeats the request gets it sent again: the first may have been lost. */
function befriend(state: DomainState, peer: BareJid): DomainDecision {
  const before = subscriptionOf(state, peer);
  const isFull = before === 'None' && state.roster.size >= state.rules.rosterItems;
  const after = afterRequest[before];
  if (isFull || after === 'To' || after === 'Both') return { state, effects: [] };
  return enter(state, peer, after, [route(state, peer, 'subscribe')]);
}

function enter(
  state: DomainState,
  peer: BareJid,
  after: DomainSubscription,
  effects: readonly DomainEffect[],
): DomainDecision {
  if (after === subscriptionOf(state, peer)) return { state, effects };
  const roster = new Map(state.roster);
  if (after === 'None') roster.delete(peer);
  else roster.set(peer, after);
  return { state: { ...state, roster }, effects: [save, ...effects] };
}

/** Presence as of when it came up. Nothing while it is down. */
function current(state: DomainState, to: Jid, id?: string): readonly DomainEffect[] {
  const { jid, upSinceMs } = state;
  if (upSinceMs === undefined) return [];
  const { kind, stanza } = route(state, to);
  const content = delayXml({ from: jid, at: upSinceMs });
  return [{ kind, stanza: { ...stanza, ...(id === undefined ? {} : { id }), content } }];
}

function route(
  { jid }: DomainState,
  to: Jid,
  type?: SubscriptionType | 'unavailable',
): Extract<DomainEffect, { kind: 'route' }> {
  const typed = type === undefined ? {} : { type };
  return { kind: 'route', stanza: { kind: 'presence', ...typed, from: jid, to, content: '' } };
}

function subscriptionOf({ roster }: DomainState, peer: BareJid): DomainSubscription {
  return roster.get(peer) ?? 'None';
}

function watchersOf({ roster }: DomainState): readonly BareJid[] {
  return [...roster].filter(([, subscription]) => isWatchedBy(subscription)).map(([jid]) => jid);
}
