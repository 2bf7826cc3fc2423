/** What an audit tells while it goes on, and what it has found in the end. */
import type { BareJid } from '@rollcall/xmpp';
import type { Disagreement } from './finding.ts';

export type AuditEvent =
  /** So many of the records that are to be read were read. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'unreadable'; readonly user: BareJid }
  | {
      readonly kind: 'disagreement';
      readonly disagreement: Disagreement;
      /** `left`: it was to be mended, and is not yet. */
      readonly outcome: 'found' | 'mended' | 'left';
    }
  | { readonly kind: 'done'; readonly summary: AuditSummary };

export interface AuditSummary {
  readonly users: number;
  /** Contacts that were compared; each pair of users counts twice. */
  readonly contacts: number;
  /** Contacts at domains that nobody here has an account at: only one half is here. */
  readonly elsewhere: number;
  readonly unreadable: number;
  readonly disagreements: number;
  readonly mended: number;
}
