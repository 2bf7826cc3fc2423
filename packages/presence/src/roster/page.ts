/**
 * A part of a roster that is written as one record: the contacts whose hash falls into it. What callers ask of all
 * contacts is gathered once per page, so that a change of one contact costs one page.
 */

import type { BareJid } from '@rollcall/xmpp';
import { factsOf, isSubscribedTo, isWatchedBy } from '../subscription/state.ts';
import { isBlank, nothing, type ContactEntry } from './contact.ts';
import { Contacts } from './contacts.ts';

/** A contact that was in the roster, for clients that know an older version (RFC 6121 §2.6). */
export interface Tombstone {
  readonly jid: BareJid;
  /** The roster version at which it was removed. */
  readonly version: number;
}

export interface ContactChange {
  /** How it is from now on. One that is blank is forgotten. */
  readonly entry: ContactEntry;
  /** The version at which clients saw it leave the roster, if they did. */
  readonly removedAt?: number;
}

export interface PageData {
  readonly entries: Contacts;
  /** Oldest first. */
  readonly tombstones: readonly Tombstone[];
  /** Versions before this one can no longer be told what has been removed since. */
  readonly horizon: number;
  /** The highest number that was given to a change in this page. */
  readonly clock: number;
}

export interface PageSummary {
  /** Those who see the user's presence. */
  readonly subscribers: readonly BareJid[];
  /** Those whose presence the user sees. */
  readonly subscriptions: readonly BareJid[];
  /** Those with handshakes that the durable queue has not confirmed. */
  readonly unsettled: readonly BareJid[];
  /** Those whose request or notices the user's next available session is to be shown. */
  readonly waiting: readonly BareJid[];
  readonly listed: number;
  readonly pendingIn: number;
  readonly pendingOut: number;
}

export class RosterPage implements PageData {
  static readonly empty = new RosterPage({
    entries: Contacts.none,
    tombstones: nothing,
    horizon: 0,
    clock: 0,
  });

  readonly entries: Contacts;
  readonly tombstones: readonly Tombstone[];
  readonly horizon: number;
  readonly clock: number;
  #summary: PageSummary | undefined;

  constructor({ entries, tombstones, horizon, clock }: PageData) {
    this.entries = entries;
    this.tombstones = tombstones;
    this.horizon = horizon;
    this.clock = clock;
  }

  get summary(): PageSummary {
    return (this.#summary ??= summaryOf(this.entries));
  }

  /** Works out its summary now rather than with those of all other pages. */
  gather(): void {
    this.#summary ??= summaryOf(this.entries);
  }

  /** About the length of the page as text. Asked of a page that has changed, which most never do. */
  get weight(): number {
    let weight = 0;
    for (const entry of this.entries.values()) weight += weightOf(entry);
    return weight;
  }

  /** The page after the changes, of which `clock` is the highest number. */
  with(changes: readonly ContactChange[], clock: number, maxTombstones: number): RosterPage {
    const kept: ContactEntry[] = [];
    const forgottenContacts = new Set<BareJid>();
    let tombstones = this.tombstones;
    for (const { entry, removedAt } of changes) {
      if (isBlank(entry)) forgottenContacts.add(entry.jid);
      else kept.push(entry);
      if (entry.listed && tombstones.length > 0) {
        tombstones = tombstones.filter(({ jid }) => jid !== entry.jid);
      }
      if (removedAt !== undefined) {
        tombstones = [...tombstones, { jid: entry.jid, version: removedAt }];
      }
    }
    const forgotten = tombstones.slice(0, Math.max(0, tombstones.length - maxTombstones));
    return new RosterPage({
      entries: this.entries.with(kept, forgottenContacts),
      tombstones: forgotten.length === 0 ? tombstones : tombstones.slice(forgotten.length),
      horizon: Math.max(this.horizon, forgotten.at(-1)?.version ?? 0),
      clock: Math.max(this.clock, clock),
    });
  }
}

function summaryOf(entries: Contacts): PageSummary {
  const subscribers: BareJid[] = [];
  const subscriptions: BareJid[] = [];
  const unsettled: BareJid[] = [];
  const waiting: BareJid[] = [];
  let [listed, pendingIn, pendingOut] = [0, 0, 0];
  for (const entry of entries.values()) {
    const { jid, state } = entry;
    const facts = factsOf(state);
    if (isWatchedBy(state)) subscribers.push(jid);
    if (isSubscribedTo(state)) subscriptions.push(jid);
    if (entry.outbox.length > 0) unsettled.push(jid);
    if (facts.pendingIn || entry.notices.length > 0) waiting.push(jid);
    if (entry.listed) listed += 1;
    if (facts.pendingIn) pendingIn += 1;
    if (facts.pendingOut) pendingOut += 1;
  }
  const { jids } = entries;
  return {
    subscribers: compact(subscribers, jids),
    subscriptions: compact(subscriptions, jids),
    unsettled: compact(unsettled, jids),
    waiting: compact(waiting, jids),
    listed,
    pendingIn,
    pendingOut,
  };
}

/** A list of all is not kept twice, and lists that have grown item by item have room for more, which nobody needs. */
function compact(list: readonly BareJid[], all: readonly BareJid[]): readonly BareJid[] {
  if (list.length === all.length) return all;
  return list.length === 0 ? nothing : list.slice();
}

function weightOf({ jid, name = '', groups, request, notices, outbox }: ContactEntry): number {
  let weight = 32 + jid.length + name.length + (request?.content.length ?? 0);
  for (const group of groups) weight += group.length + 3;
  for (const { content } of notices) weight += content.length + 16;
  for (const { id, stanza, gone } of outbox) {
    weight += id.length + stanza.content.length + 16;
    for (const resource of gone) weight += resource.length + 3;
  }
  return weight;
}
