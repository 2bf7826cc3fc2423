/** What of a user is durable, and how it is cut into records: one head for the small, a head and pages for the large. */

import type { FullJid } from '@rollcall/xmpp';
import { emptyPolicy, type PrivacyPolicy } from '../privacy/policy.ts';
import { Roster } from '../roster/roster.ts';
import type { RecordLayout, RecordPart } from './part.ts';

/** The presence that the user's last available resource left behind (XEP-0318 §3.1). */
export interface LastPresence {
  readonly from: FullJid;
  readonly lang?: string;
  readonly content: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The privacy list that was active then: who could not see the resource cannot see that it has gone. */
  readonly activeList?: string;
}

export interface UserRecord {
  readonly roster: Roster;
  readonly policy: PrivacyPolicy;
  readonly lastPresence: LastPresence | undefined;
  /** The account is gone; what is left are the cancellations that its contacts have to be told of. */
  readonly leaving: boolean;
}

export const emptyRecord: UserRecord = {
  roster: Roster.empty,
  policy: emptyPolicy,
  lastPresence: undefined,
  leaving: false,
};

export function layoutOf({ roster }: Pick<UserRecord, 'roster'>): RecordLayout {
  const { pages, generation } = roster;
  return pages.length === 1
    ? { generation: 0, pages: [] }
    : { generation, pages: [...pages.keys()] };
}

/** Whether that part holds handshakes that the durable queue has not confirmed. */
export function isUnsettled({ roster }: Pick<UserRecord, 'roster'>, part: RecordPart): boolean {
  const inHead = roster.pages.length === 1;
  const page = roster.pages[part === 'head' ? 0 : part];
  return inHead === (part === 'head') && page !== undefined && page.summary.unsettled.length > 0;
}
