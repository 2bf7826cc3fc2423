/**
 * One decision in the making: the state as it has become so far, and what is to be done. It lives for one call of
 * `decide`; the states that it goes through are immutable.
 */

import type { Effect } from './effect.ts';
import type { SessionRef } from './session/session-ref.ts';
import type { ContactChange } from './roster/page.ts';
import type { WrittenRoster } from './roster/roster-text.ts';
import { blankContact, type ContactEntry } from './roster/contact.ts';
import { isUnsettled, type LastPresence } from './record/record.ts';
import type { RecordPart } from './record/part.ts';
import { memoDiffers, memoOf } from './session/memo.ts';
import type { Session } from './session/session.ts';
import { isSameSession } from './session/session-ref.ts';
import { nextDueMs } from './session/due.ts';
import { clean, noSessions, withSessions, type UserState } from './user-state.ts';
import type { BareJid } from '@rollcall/xmpp';

/** The next state and what must be done for it to be true, in order. */
export interface Decision {
  readonly state: UserState;
  readonly effects: readonly Effect[];
}

export class Turn {
  readonly before: UserState;
  readonly nowMs: number;
  /** Worked out before, as far as it fits the state. */
  readonly groundwork: WrittenRoster | undefined;
  #state: UserState;
  readonly #effects: Effect[] = [];
  #mustSave = false;
  #erased = false;
  #alarmIsSpent = false;

  constructor(before: UserState, nowMs: number, groundwork?: WrittenRoster) {
    this.before = before;
    this.nowMs = nowMs;
    this.groundwork = groundwork;
    this.#state = before;
  }

  get state(): UserState {
    return this.#state;
  }

  /** To be done after everything that was asked for before. */
  emit(effect: Effect): void {
    this.#effects.push(effect);
  }

  update(change: Partial<UserState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** The session of that reference; undefined if another has taken its resource, or it is gone. */
  session(resource: string, ref: SessionRef): Session | undefined {
    const session = this.#state.sessions.get(resource);
    return session !== undefined && isSameSession(session.ref, ref) ? session : undefined;
  }

  putSession(session: Session): void {
    const sessions = new Map(this.#state.sessions).set(session.resource, session);
    this.#state = withSessions(this.#state, sessions);
  }

  removeSession(resource: string): void {
    const { sessions } = this.#state;
    if (!sessions.has(resource)) return;
    const others = sessions.size === 1 ? noSessions : without(sessions, resource);
    this.#state = withSessions(this.#state, others);
  }

  contact(jid: BareJid): ContactEntry {
    return this.#state.roster.get(jid) ?? blankContact(jid);
  }

  /**
   * A number greater than all that were given to changes of this roster, in this life of the account or another: it
   * follows the time, in microseconds, so that thousands of changes at once do not run ahead of it.
   */
  tick(): number {
    const { roster } = this.#state;
    const next = Math.max(roster.clock + 1, Math.floor(this.nowMs) * 1000);
    if (roster.clock === 0) {
      this.update({ roster: roster.startingAt(next) });
      return next + 1;
    }
    return next;
  }

  /** `clock` is the highest number that `tick` gave for these changes. */
  changeRoster(changes: readonly ContactChange[], clock: number): void {
    const { roster, rules, dirty } = this.#state;
    const update = roster.with(changes, clock, rules.tombstonesPerPage);
    // A new generation of pages leaves nothing of the old one to be written.
    const kept = update.roster.generation === roster.generation ? dirty : keepHead(dirty);
    this.update({ roster: update.roster, dirty: new Set([...kept, ...update.parts]) });
  }

  markDirty(part: RecordPart): void {
    this.update({ dirty: new Set([...this.#state.dirty, part]) });
  }

  /** What is decided may be done only once it is stored. */
  mustSave(): void {
    this.#mustSave = true;
  }

  /** What the last resource leaves behind, which is to be stored before long. */
  leaveBehind(lastPresence: LastPresence): void {
    const { dirty } = this.#state;
    this.update({
      lastPresence,
      dirty: dirty.size === 0 ? onlyHead : new Set<RecordPart>([...dirty, 'head']),
      writeByMs: this.#writeByMs(),
    });
  }

  /** What is dirty may be lost by a crash, but it is to be stored before long. */
  saveSoon(): void {
    this.update({ writeByMs: this.#writeByMs() });
  }

  #writeByMs(): number {
    const { writeByMs, rules } = this.#state;
    return writeByMs ?? this.nowMs + rules.writeBehindMs;
  }

  /** Nothing of the record is left; the state must be that of one without a record. */
  erase(): void {
    this.#erased = true;
    this.update({ dirty: clean, writeByMs: undefined });
  }

  /** The time that was asked for last has come. */
  spendAlarm(): void {
    this.#alarmIsSpent = true;
  }

  /** `answering` is the client stanza that is dealt with, which its front-end waits to hear of. */
  decision(answering?: { readonly session: SessionRef; readonly seq: number }): Decision {
    const first = this.#firstEffect();
    this.#tellProgress(answering);
    this.#askToBeWoken();
    const effects = first === undefined ? this.#effects : [first, ...this.#effects];
    return { state: this.#state, effects };
  }

  #firstEffect(): Effect | undefined {
    if (this.#erased) return { kind: 'erase' };
    const { dirty } = this.#state;
    if (!this.#mustSave || dirty.size === 0) return undefined;
    this.update({ dirty: clean, writeByMs: undefined });
    return {
      kind: 'save',
      parts: inOrder(dirty).map((part) => ({ part, unsettled: isUnsettled(this.#state, part) })),
    };
  }

  #tellProgress(
    answering: { readonly session: SessionRef; readonly seq: number } | undefined,
  ): void {
    let answered = answering === undefined;
    for (const session of this.#state.sessions.values()) {
      const before = this.before.sessions.get(session.resource);
      const isNew = before === undefined || !isSameSession(before.ref, session.ref);
      const isAnswered = answering !== undefined && isSameSession(answering.session, session.ref);
      const differs = !isNew && memoDiffers(before, session);
      if (isAnswered) answered = true;
      if (!isAnswered && !differs) continue;
      this.emit({
        kind: 'progress',
        session: session.ref,
        seq: isAnswered ? answering.seq : session.seq,
        ...(differs ? { memo: memoOf(session) } : {}),
      });
    }
    if (!answered && answering !== undefined) this.emit({ kind: 'progress', ...answering });
  }

  #askToBeWoken(): void {
    const dueMs = nextDueMs(this.#state);
    if (dueMs === undefined) return;
    const wasDueMs = nextDueMs(this.before);
    const isArmed = !this.#alarmIsSpent && wasDueMs !== undefined && wasDueMs <= dueMs;
    if (!isArmed) this.emit({ kind: 'wakeAt', atMs: dueMs });
  }
}

const onlyHead: ReadonlySet<RecordPart> = new Set(['head']);
const headAlone: readonly RecordPart[] = ['head'];

/** Pages before the head, which may point to a new generation of them. */
function inOrder(parts: ReadonlySet<RecordPart>): readonly RecordPart[] {
  if (parts === onlyHead) return headAlone;
  const pages = [...parts].filter((part) => part !== 'head').sort((a, b) => a - b);
  return parts.has('head') ? [...pages, 'head'] : pages;
}

function without(sessions: UserState['sessions'], resource: string): UserState['sessions'] {
  const others = new Map(sessions);
  others.delete(resource);
  return others;
}

function keepHead(dirty: ReadonlySet<RecordPart>): readonly RecordPart[] {
  return dirty.has('head') ? ['head'] : [];
}
