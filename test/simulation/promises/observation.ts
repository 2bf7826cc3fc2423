/** What happened, as far as it can be seen from outside: by clients, in the store, and in which processes live. */
import type { SubscriptionState } from '@rollcall/presence';
import type { BareJid, FullJid } from '@rollcall/xmpp';
import { resumptionMs } from '../world/limits.ts';

/** One client's session, as everybody who watches the run knows it. */
export interface Device {
  readonly user: BareJid;
  readonly address: FullJid;
  readonly openedMs: number;
  /** What the sessions that had its address before have said is numbered up to this. */
  readonly numberedFrom: number;
  /** When somebody last asked for a session of the same address, who takes its place if it is still there. */
  contestedMs: number;
  /** Number of the last change that it broadcast; each has the number after. */
  said: number;
  /** It has said so itself, or was never there. */
  silent: boolean;
  /** When it last said that it goes. */
  silencedMs: number;
  /** When it last came, after being silent: from then on it is told anew of everybody. */
  arrivedMs: number;
  /** Ended, cut off, or gone with its front-end. */
  over: boolean;
  /** Its client does not read at the moment. */
  slow: boolean;
  /** When it last began to read again, or resumed its stream: what it reads then is old. */
  quickenedMs: number;
  /** Since when it has had no stream; undefined while it has one. */
  lostMs: number | undefined;
  /** How much of what its streams were sent it has not had, and its present one not been sent. */
  readonly owed: () => number;
}

/** Whether what it reads now has waited for it. */
export function isCatchingUp({ slow, quickenedMs }: Device, atMs: number): boolean {
  return slow || quickenedMs >= atMs - 1_000;
}

/** Whether its session may have ended because nobody came for it; front-ends have clocks of their own. */
export function mayHaveExpired({ lostMs }: Device, atMs: number): boolean {
  return lostMs !== undefined && atMs >= lostMs + resumptionMs * 0.98;
}

export type Subscription = 'none' | 'to' | 'from' | 'both' | 'remove';

/** Of a block: asked for and answered; and that it is lifted: asked for (`lifted`) and answered. */
export type BlockingPhase = 'asked' | 'confirmed' | 'lifted' | 'liftConfirmed';

/** How one user's record has it with one contact. */
export interface Half {
  readonly state: SubscriptionState;
  readonly listed: boolean;
  /** Handshakes that wait to be sent. */
  readonly outbox: number;
}

export type Observation = { readonly atMs: number } & (
  | { readonly kind: 'opened'; readonly device: Device }
  /** The front-end has taken a presence of its: `number` as in the status, undefined for unavailable. */
  | { readonly kind: 'said'; readonly device: Device; readonly number: number | undefined }
  /** A client asks for somebody's presence, and may be told again what it has been told (XEP-0318). */
  | { readonly kind: 'probed'; readonly device: Device; readonly contact: BareJid }
  | { readonly kind: 'over'; readonly device: Device; readonly why: string }
  /** Its connection is lost; the session may live on for a while (XEP-0198 §5). */
  | { readonly kind: 'streamLost'; readonly device: Device }
  | { readonly kind: 'resumed'; readonly device: Device; readonly at: string }
  /** On a resumed stream: what was sent before under a number, and what was sent under it now. */
  | {
      readonly kind: 'sentAgain';
      readonly device: Device;
      readonly before: string;
      readonly now: string;
    }
  /** A client was shown presence of somebody; `number` is undefined when it says that they are gone. */
  | {
      readonly kind: 'saw';
      readonly device: Device;
      readonly from: FullJid | BareJid;
      readonly number: number | undefined;
      readonly isDirected: boolean;
      /** Of directed presence: the number of the last change that was broadcast before it. */
      readonly after?: number;
    }
  /** A client was told of an item of its roster. */
  | {
      readonly kind: 'item';
      readonly device: Device;
      readonly contact: BareJid;
      readonly subscription: Subscription;
      readonly asked: boolean;
    }
  /** A record was written. `halves` has all contacts of the user that it knows. */
  | {
      readonly kind: 'stored';
      readonly user: BareJid;
      readonly halves: ReadonlyMap<BareJid, Half>;
      /** Whom the user blocks, by the record. */
      readonly blocked: ReadonlySet<BareJid>;
      /** It is as it was before: what was written last was lost, though it had been acknowledged. */
      readonly isLoss?: boolean;
    }
  /** A user wants to change how they stand to each other; from now on anything may follow from it. */
  | { readonly kind: 'touched'; readonly user: BareJid; readonly contact: BareJid }
  | {
      readonly kind: 'blocking';
      readonly user: BareJid;
      readonly contact: BareJid;
      readonly phase: BlockingPhase;
      /** When this was asked for. */
      readonly askedMs: number;
    }
  /** The account is gone, and everybody is to be told; or there is one of that name again. */
  | { readonly kind: 'account'; readonly user: BareJid; readonly exists: boolean }
  /** A life of a node that the cluster has declared dead has written a record. */
  | { readonly kind: 'lateWrite'; readonly by: string; readonly buriedMs: number }
  /** How much something holds of what has a bound. */
  | {
      readonly kind: 'measured';
      readonly where: string;
      readonly what: string;
      readonly amount: number;
      readonly bound: number;
    }
  /** An invariant of a process does not hold: it said so itself. */
  | { readonly kind: 'failure'; readonly node: string; readonly what: string }
);

export type StoredFact = Extract<Fact, { readonly kind: 'stored' }>;

/** Without its time. */
export type Fact = Observation extends infer O
  ? O extends Observation
    ? Omit<O, 'atMs'>
    : never
  : never;

/** A promise that was broken. */
export interface Breach {
  readonly promise: string;
  /** `lie`: somebody was told what is not so. `standstill`: something that has to happen did not. `crash`: of ours. */
  readonly kind: 'lie' | 'standstill' | 'crash';
  readonly what: string;
}

/** The run as it stands when everything has had time to come together. */
export interface Standing {
  readonly atMs: number;
  readonly devices: readonly Device[];
  readonly users: readonly BareJid[];
  /** The shards of handshakes in the durable queue. */
  readonly queued: readonly number[];
}

/** Holds a run to one promise. */
export interface Checker {
  readonly promise: string;
  /** What is wrong with what has just happened. */
  observe(observation: Observation): Breach | undefined;
  /** What is wrong when faults have stopped and everything has had the time that is stated for it. */
  settled(standing: Standing): Breach | undefined;
}
