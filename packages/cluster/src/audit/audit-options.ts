/** What an audit reads, whom it may tell, and how much it takes upon itself at once. */
import type { UserState } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { PresenceCore } from '../actor/presence-core.ts';
import type { Order } from '../handshake/handshake-message.ts';

export interface AuditOptions {
  readonly core: Pick<PresenceCore, 'contactsOf' | 'halfOf'>;
  readonly users: () => AsyncIterable<BareJid>;
  /** What is durable of the user. */
  readonly peek: (user: BareJid) => Promise<UserState>;
  /** Left out: nothing is changed. Resolves when the user will certainly hear of it. */
  readonly tell: ((user: BareJid, order: Order) => Promise<void>) | undefined;
  readonly timers: Timers;
  readonly tuning?: Partial<AuditTuning>;
}

export interface AuditTuning {
  /** Pairs that are in memory at once, about 300 bytes each. */
  readonly pairsAtOnce: number;
  readonly suspectsAtOnce: number;
  readonly readsAtOnce: number;
  /** What seems to disagree is looked at again after so long. */
  readonly pauseMs: number;
  /** How long what was told may take until both halves show it. */
  readonly mendTimeoutMs: number;
  readonly lookEveryMs: number;
}

export const defaultTuning: AuditTuning = {
  pairsAtOnce: 500_000,
  suspectsAtOnce: 1_000,
  readsAtOnce: 64,
  pauseMs: 2_000,
  mendTimeoutMs: 20_000,
  lookEveryMs: 200,
};
