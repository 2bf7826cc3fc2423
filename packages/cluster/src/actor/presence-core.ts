/**
 * What the shell uses of the presence core, as a type of its own: so that one sees how little it is, and so that tests
 * can put a core in its place that fails on purpose.
 */
import type {
  Decision,
  ImportedItem,
  Input,
  ProbeAnswer,
  RecordPart,
  Session,
  SessionMemo,
  SessionRef,
  UserState,
} from '@rollcall/presence';
import type { BareJid, FullJid, Jid } from '@rollcall/xmpp';

/** A user's record as it was read: the texts of its parts. */
export interface RecordTexts {
  readonly head: string;
  /** By page number; a page that should be there and is not is missing here. */
  readonly pages: ReadonlyMap<number, string>;
}

export interface PresenceCore {
  decide(state: UserState, input: Input, nowMs: number): Decision;
  /** The state of a user without sessions; of a damaged record a degraded one. */
  open(user: BareJid, exists: boolean, texts: RecordTexts | undefined): UserState;
  /** `state`'s sessions with what was read anew. */
  adopt(state: UserState, fresh: UserState): UserState;
  /** Undefined for a damaged head. */
  pagesOf(
    head: string,
  ): { readonly generation: number; readonly pages: readonly number[] } | undefined;
  encodePart(state: UserState, part: RecordPart): string;
  /** Which generation of pages the state's record is in; its pages are numbered from 0. */
  layoutOf(state: UserState): { readonly generation: number; readonly pages: readonly number[] };
  sessionsOf(state: UserState): ReadonlyMap<string, Session>;
  memoOf(session: Session): SessionMemo;
  isDirty(state: UserState): boolean;
  isDegraded(state: UserState): boolean;
  receiversOf(state: UserState, from: FullJid): readonly SessionRef[] | 'decide';
  exportRoster(state: UserState): readonly ImportedItem[];
  /** The JID in a head record; undefined for a damaged one. */
  userOfHead(head: string): BareJid | undefined;
  visiblePresence(state: UserState, viewer: Jid, nowMs: number): ProbeAnswer['outcome'];
}
