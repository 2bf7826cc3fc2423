/** What of a session outlives its user's actor: kept by the front-end, handed to the next owner of the shard. */

import type { FullJid } from '@rollcall/xmpp';
import type { Session, SessionMemo } from './session.ts';
import type { SessionRef } from './session-ref.ts';

export function memoOf(session: Session): SessionMemo {
  const { boundAtMs, presence, shown, held, interested, wantsBlockPushes, activeList } = session;
  return {
    boundAtMs,
    ...(presence === undefined ? {} : { presence }),
    shown,
    ...(held === undefined ? {} : { held }),
    interested,
    wantsBlockPushes,
    directedTo: listOf(session.directedTo),
    silenced: listOf(session.silenced),
    ...(activeList === undefined ? {} : { activeList }),
  };
}

/** Whether the front-end has to be told a new memo. */
export function memoDiffers(a: Session, b: Session): boolean {
  return (
    a.presence !== b.presence ||
    a.shown !== b.shown ||
    a.held !== b.held ||
    a.interested !== b.interested ||
    a.wantsBlockPushes !== b.wantsBlockPushes ||
    a.directedTo !== b.directedTo ||
    a.silenced !== b.silenced ||
    a.activeList !== b.activeList
  );
}

export interface SessionIdentity {
  readonly ref: SessionRef;
  readonly resource: string;
  readonly address: FullJid;
  readonly seq: number;
  readonly askedMs: number;
}

export function sessionFrom(identity: SessionIdentity, memo: SessionMemo): Session {
  const { ref, resource, address, seq, askedMs } = identity;
  const { boundAtMs, presence, shown, held, interested, wantsBlockPushes, activeList } = memo;
  return {
    ref,
    resource,
    address,
    seq,
    boundAtMs,
    askedMs,
    presence,
    shown,
    held,
    interested,
    wantsBlockPushes,
    directedTo: setOf(memo.directedTo),
    silenced: setOf(memo.silenced),
    parting: undefined,
    activeList,
    arrival: undefined,
    presencePace: undefined,
    probePace: undefined,
  };
}

const emptySet: ReadonlySet<never> = new Set();
const nothing: readonly never[] = Object.freeze([]);

/** Most sessions have nothing there, for their whole life: they share it. */
function listOf<T>(items: ReadonlySet<T>): readonly T[] {
  return items.size === 0 ? nothing : [...items];
}

function setOf<T>(items: readonly T[]): ReadonlySet<T> {
  return items.length === 0 ? emptySet : new Set(items);
}

/** The memo of a session that has done nothing yet. */
export function newMemo(boundAtMs: number): SessionMemo {
  return {
    boundAtMs,
    shown: false,
    interested: false,
    wantsBlockPushes: false,
    directedTo: nothing,
    silenced: nothing,
  };
}
