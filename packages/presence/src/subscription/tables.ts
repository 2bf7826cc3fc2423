/**
 * What a server does with each subscription stanza, in each of the nine states of its own user's item for the
 * contact: the tables of RFC 3921 §9.2 and §9.3 (RFC 6121 Appendix A.2 and A.3) as data.
 *
 * Each side keeps its own half. An outbound stanza changes the sender's half first and is then routed; at the other
 * side it is inbound, and absorbed: the tables are idempotent, so that a stanza that comes twice, or late, brings the
 * two halves together and never apart. `subscribe` and `unsubscribe` are always routed, which lets halves that fell
 * out of step meet again; an answer is routed only if there is something to answer.
 *
 * SUBSCRIPTIONS.md shows these tables as tables; it is generated from them.
 */

import type { SubscriptionState } from './state.ts';
import type { SubscriptionType } from './subscription-type.ts';

export interface OutboundRow {
  /** Whether the stanza goes to the contact. */
  readonly route: boolean;
  readonly next: SubscriptionState;
  /** Whether `subscription` or `ask` of the roster item change, so that clients are pushed the item. */
  readonly push: boolean;
  /** Nothing is there to be answered, so the answer is noted in advance (RFC 6121 §3.4.2). */
  readonly preApprove?: true;
  readonly deviation?: string;
}

export interface InboundRow {
  /** Whether the user's clients are shown the stanza. */
  readonly deliver: boolean;
  readonly next: SubscriptionState;
  readonly push: boolean;
  /** What the server answers by itself, without asking the user. */
  readonly autoReply?: 'subscribed' | 'unsubscribed';
  readonly deviation?: string;
}

export interface InboundRequestRow extends InboundRow {
  /** The row that holds instead if the user has approved the contact in advance (RFC 6121 §3.4). */
  readonly preApproved?: InboundRow;
}

export interface Table<Row> {
  readonly section: string;
  readonly rows: Readonly<Record<SubscriptionState, Row>>;
}

const preApproval = 'RFC 6121 §3.4.2: noted as pre-approval, which RFC 3921 does not know';
const preApproved = 'RFC 6121 §3.4.2: a request that was approved in advance is answered at once';

export const outboundTables = {
  subscribe: {
    section: 'RFC 3921 §9.2; RFC 6121 §A.2.1',
    rows: {
      None: { route: true, next: 'None + Pending Out', push: true },
      'None + Pending Out': { route: true, next: 'None + Pending Out', push: false },
      'None + Pending In': { route: true, next: 'None + Pending Out/In', push: true },
      'None + Pending Out/In': { route: true, next: 'None + Pending Out/In', push: false },
      To: { route: true, next: 'To', push: false },
      'To + Pending In': { route: true, next: 'To + Pending In', push: false },
      From: { route: true, next: 'From + Pending Out', push: true },
      'From + Pending Out': { route: true, next: 'From + Pending Out', push: false },
      Both: { route: true, next: 'Both', push: false },
    },
  },
  unsubscribe: {
    section: 'RFC 3921 §9.2; RFC 6121 §A.2.2',
    rows: {
      None: { route: true, next: 'None', push: false },
      'None + Pending Out': { route: true, next: 'None', push: true },
      'None + Pending In': { route: true, next: 'None + Pending In', push: false },
      'None + Pending Out/In': { route: true, next: 'None + Pending In', push: true },
      To: { route: true, next: 'None', push: true },
      'To + Pending In': { route: true, next: 'None + Pending In', push: true },
      From: { route: true, next: 'From', push: false },
      'From + Pending Out': { route: true, next: 'From', push: true },
      Both: { route: true, next: 'From', push: true },
    },
  },
  subscribed: {
    section: 'RFC 3921 §9.2 table 1; RFC 6121 §A.2.3',
    rows: {
      None: { route: false, next: 'None', push: false, preApprove: true, deviation: preApproval },
      'None + Pending Out': {
        route: false,
        next: 'None + Pending Out',
        push: false,
        preApprove: true,
        deviation: preApproval,
      },
      'None + Pending In': { route: true, next: 'From', push: true },
      'None + Pending Out/In': { route: true, next: 'From + Pending Out', push: true },
      To: { route: false, next: 'To', push: false, preApprove: true, deviation: preApproval },
      'To + Pending In': { route: true, next: 'Both', push: true },
      From: { route: false, next: 'From', push: false },
      'From + Pending Out': { route: false, next: 'From + Pending Out', push: false },
      Both: { route: false, next: 'Both', push: false },
    },
  },
  unsubscribed: {
    section: 'RFC 3921 §9.2 table 2; RFC 6121 §A.2.4',
    rows: {
      None: { route: false, next: 'None', push: false },
      'None + Pending Out': { route: false, next: 'None + Pending Out', push: false },
      'None + Pending In': { route: true, next: 'None', push: false },
      'None + Pending Out/In': { route: true, next: 'None + Pending Out', push: false },
      To: { route: false, next: 'To', push: false },
      'To + Pending In': { route: true, next: 'To', push: false },
      From: { route: true, next: 'None', push: true },
      'From + Pending Out': { route: true, next: 'None + Pending Out', push: true },
      Both: { route: true, next: 'To', push: true },
    },
  },
} as const satisfies Record<SubscriptionType, Table<OutboundRow>>;

export const inboundTables = {
  subscribe: {
    section: 'RFC 3921 §9.3 table 3; RFC 6121 §A.3.1',
    rows: {
      None: {
        deliver: true,
        next: 'None + Pending In',
        push: false,
        preApproved: {
          deliver: false,
          next: 'From',
          push: true,
          autoReply: 'subscribed',
          deviation: preApproved,
        },
      },
      'None + Pending Out': {
        deliver: true,
        next: 'None + Pending Out/In',
        push: false,
        preApproved: {
          deliver: false,
          next: 'From + Pending Out',
          push: true,
          autoReply: 'subscribed',
          deviation: preApproved,
        },
      },
      'None + Pending In': { deliver: false, next: 'None + Pending In', push: false },
      'None + Pending Out/In': { deliver: false, next: 'None + Pending Out/In', push: false },
      To: {
        deliver: true,
        next: 'To + Pending In',
        push: false,
        preApproved: {
          deliver: false,
          next: 'Both',
          push: true,
          autoReply: 'subscribed',
          deviation: preApproved,
        },
      },
      'To + Pending In': { deliver: false, next: 'To + Pending In', push: false },
      From: { deliver: false, next: 'From', push: false, autoReply: 'subscribed' },
      'From + Pending Out': {
        deliver: false,
        next: 'From + Pending Out',
        push: false,
        autoReply: 'subscribed',
      },
      Both: { deliver: false, next: 'Both', push: false, autoReply: 'subscribed' },
    },
  },
  unsubscribe: {
    section: 'RFC 3921 §9.3 table 4; RFC 6121 §A.3.2',
    rows: {
      None: { deliver: false, next: 'None', push: false },
      'None + Pending Out': { deliver: false, next: 'None + Pending Out', push: false },
      'None + Pending In': { deliver: true, next: 'None', push: false, autoReply: 'unsubscribed' },
      'None + Pending Out/In': {
        deliver: true,
        next: 'None + Pending Out',
        push: false,
        autoReply: 'unsubscribed',
      },
      To: { deliver: false, next: 'To', push: false },
      'To + Pending In': { deliver: true, next: 'To', push: false, autoReply: 'unsubscribed' },
      From: { deliver: true, next: 'None', push: true, autoReply: 'unsubscribed' },
      'From + Pending Out': {
        deliver: true,
        next: 'None + Pending Out',
        push: true,
        autoReply: 'unsubscribed',
      },
      Both: { deliver: true, next: 'To', push: true, autoReply: 'unsubscribed' },
    },
  },
  subscribed: {
    section: 'RFC 3921 §9.3 table 5; RFC 6121 §A.3.3',
    rows: {
      None: { deliver: false, next: 'None', push: false },
      'None + Pending Out': { deliver: true, next: 'To', push: true },
      'None + Pending In': { deliver: false, next: 'None + Pending In', push: false },
      'None + Pending Out/In': { deliver: true, next: 'To + Pending In', push: true },
      To: { deliver: false, next: 'To', push: false },
      'To + Pending In': { deliver: false, next: 'To + Pending In', push: false },
      From: { deliver: false, next: 'From', push: false },
      'From + Pending Out': { deliver: true, next: 'Both', push: true },
      Both: { deliver: false, next: 'Both', push: false },
    },
  },
  unsubscribed: {
    section: 'RFC 3921 §9.3 table 6; RFC 6121 §A.3.4',
    rows: {
      None: { deliver: false, next: 'None', push: false },
      'None + Pending Out': { deliver: true, next: 'None', push: true },
      'None + Pending In': { deliver: false, next: 'None + Pending In', push: false },
      'None + Pending Out/In': { deliver: true, next: 'None + Pending In', push: true },
      To: { deliver: true, next: 'None', push: true },
      'To + Pending In': { deliver: true, next: 'None + Pending In', push: true },
      From: { deliver: false, next: 'From', push: false },
      'From + Pending Out': { deliver: true, next: 'From', push: true },
      Both: { deliver: true, next: 'From', push: true },
    },
  },
} as const satisfies Record<SubscriptionType, Table<InboundRequestRow>>;

export function outboundRow(type: SubscriptionType, state: SubscriptionState): OutboundRow {
  return outboundTables[type].rows[state];
}

export function inboundRow(
  type: SubscriptionType,
  state: SubscriptionState,
  isPreApproved: boolean,
): InboundRow {
  const row: InboundRequestRow = inboundTables[type].rows[state];
  return (isPreApproved ? row.preApproved : undefined) ?? row;
}
