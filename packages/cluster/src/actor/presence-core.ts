/**
 * What the shell uses of the presence core, as a type of its own: so that one sees how little it is, and so that tests
 * can put a core in its place that fails on purpose.
 */
import {
  adoptRecord,
  asUnsaved,
  contactsOf,
  decide,
  decodingRecord,
  defaultRules,
  emptyState,
  encodePart,
  exportedItems,
  groundworkFor,
  halfOf,
  hearsAlike,
  isDirty,
  layoutOf,
  memoOf,
  pagesOf,
  overhear,
  visiblePresence,
  type Decision,
  type Groundwork,
  type Half,
  type Hearing,
  type ImportedItem,
  type Input,
  type PresenceRules,
  type ProbeAnswer,
  type RecordLayout,
  type RecordPart,
  type Session,
  type SessionMemo,
  type StampedPresence,
  type UserRecord,
  type UserState,
} from '@rollcall/presence';
import type { BareJid, Jid, Parsed } from '@rollcall/xmpp';

/** A user's record as it was read: the texts of its parts. */
export interface RecordTexts {
  /** Undefined where there is no record. */
  readonly head: string | undefined;
  /** By page number; a page that should be there and is not is missing here. */
  readonly pages: ReadonlyMap<number, string>;
}

export interface PresenceCore {
  decide(state: UserState, input: Input, nowMs: number, groundwork?: Groundwork): Decision;
  /** What may be worked out in slices before the input is decided; undefined where nothing takes long. */
  groundworkFor(state: UserState, input: Input): Iterator<void, Groundwork> | undefined;
  emptyState(user: BareJid, exists: boolean): UserState;
  /** In slices, where there is much of it. */
  decodingRecord(user: BareJid, texts: RecordTexts): Iterator<void, Parsed<UserRecord>>;
  /** The state's sessions on a record that was read anew; on a damaged one a degraded state. */
  adoptRecord(state: UserState, record: Parsed<UserRecord>): UserState;
  /** The same state, of which the next save writes everything. */
  asUnsaved(state: UserState): UserState;
  pagesOf(head: string): Parsed<RecordLayout>;
  layoutOf(state: UserState): RecordLayout;
  encodePart(state: UserState, part: RecordPart): string;
  isDirty(state: UserState): boolean;
  memoOf(session: Session): SessionMemo;
  exportedItems(state: UserState): readonly ImportedItem[];
  contactsOf(state: UserState): ReturnType<typeof contactsOf>;
  halfOf(state: UserState, contact: BareJid): Half;
  overhear(state: UserState, presence: StampedPresence, contact: BareJid): Hearing | 'decide';
  hearsAlike(before: UserState, after: UserState): boolean;
  visiblePresence(state: UserState, viewer: Jid): ProbeAnswer['outcome'];
}

/**
 * The real one. `rules` replace the defaults that they name; `upSinceMs` tells of a served domain when it came up,
 * epoch milliseconds, and undefined of users.
 */
export function presenceCore(
  rules: Partial<PresenceRules>,
  upSinceMs: (jid: BareJid) => number | undefined,
): PresenceCore {
  const allRules = { ...defaultRules, ...rules };
  return {
    decide,
    emptyState: (jid, exists) =>
      emptyState({ jid, exists, rules: allRules, upSinceMs: upSinceMs(jid) }),
    groundworkFor,
    decodingRecord: (user, { head, pages }) => decodingRecord(user, head, pages),
    adoptRecord,
    asUnsaved,
    pagesOf,
    layoutOf,
    encodePart,
    isDirty,
    memoOf,
    exportedItems,
    contactsOf,
    halfOf,
    overhear,
    hearsAlike,
    visiblePresence,
  };
}
