/** The roster as it is imported and exported, and compared by an audit of both halves. */

import type { ImportedItem } from '../input.ts';
import type { UserState } from '../user-state.ts';

/** All contacts that an import could bring back, unlisted requests among them. */
export function exportedItems({ roster }: UserState): readonly ImportedItem[] {
  const items: ImportedItem[] = [];
  for (const { jid, state, listed, name, groups } of roster.entries()) {
    if (!listed && state === 'None') continue;
    items.push({ jid, state, groups, ...(name === undefined ? {} : { name }) });
  }
  return items;
}
