/**
 * Two users who log in at once broadcast to each other *and* answer each other's probes. For a short while after its
 * arrival a session remembers what it was told, so that it is told once.
 */

import type { FullJid } from '@rollcall/xmpp';
import { isSameSession, type PresenceStamp } from '../session/session-ref.ts';
import { ToldMap } from './told-map.ts';

/** What a session was last told of one resource. */
export interface Told {
  readonly stamp: PresenceStamp;
  readonly available: boolean;
}

export interface ArrivalWindow {
  /** Epoch milliseconds. */
  readonly untilMs: number;
  /** By full JID. */
  readonly told: ToldMap<Told>;
}

export function openWindow(untilMs: number): ArrivalWindow {
  return { untilMs, told: new ToldMap() };
}

/** Whether a broadcast says nothing that the session has not been told. */
export function isRepeated({ told }: ArrivalWindow, from: FullJid, now: Told): boolean {
  const before = told.get(from);
  if (before === undefined || !isSameSession(before.stamp.session, now.stamp.session)) return false;
  return before.available === now.available && now.stamp.seq <= before.stamp.seq;
}

/** Whether an answer to a probe says nothing new: it may even be older than what the session has been told. */
export function isAnswered({ told }: ArrivalWindow, from: FullJid, stamp: PresenceStamp): boolean {
  const before = told.get(from);
  if (before === undefined || !isSameSession(before.stamp.session, stamp.session)) return false;
  return stamp.seq <= before.stamp.seq;
}

export function withTold(window: ArrivalWindow, from: FullJid, now: Told): ArrivalWindow {
  return { untilMs: window.untilMs, told: window.told.with(from, now) };
}

/** For resources whose presence may be told again with the stamp that it had. */
export function withoutTold(window: ArrivalWindow, resources: readonly FullJid[]): ArrivalWindow {
  return { ...window, told: resources.reduce((told, from) => told.without(from), window.told) };
}
