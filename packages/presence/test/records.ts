// What a shell does with records, without a store.

import type { Parsed } from '@rollcall/xmpp';
import {
  decodeRecord,
  encodePart,
  layoutOf,
  pagesOf,
  type UserRecord,
  type UserState,
} from '../src/index.ts';

/** The record as text, and read again. */
export function reread(state: UserState): Parsed<UserRecord> {
  const head = encodePart(state, 'head');
  const layout = pagesOf(head);
  if (!layout.ok) return layout;
  const pages = layoutOf(state).pages.map((page) => [page, encodePart(state, page)] as const);
  return decodeRecord(state.jid, head, new Map(pages));
}
