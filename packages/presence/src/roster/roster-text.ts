/** All items of a roster as text: a page at a time, since 50,000 of them take long. */

import type { Roster } from './roster.ts';
import type { RosterPage } from './page.ts';
import { itemXml } from './roster-xml.ts';

/** The items of that roster: of no use for another, or for what it becomes. */
export interface WrittenRoster {
  readonly roster: Roster;
  readonly items: string;
}

/** The generator pauses between two pages. */
export function* writeRoster(roster: Roster): Generator<void, WrittenRoster> {
  const texts: string[] = [];
  for (const page of roster.pages) {
    if (texts.length > 0) yield;
    texts.push(itemsOn(page));
  }
  return { roster, items: texts.join('') };
}

export function itemsOf({ pages }: Roster): string {
  return pages.map(itemsOn).join('');
}

/** Joined rather than added up, which would leave a tree of its small pieces to be walked through. */
function itemsOn({ entries }: RosterPage): string {
  const items: string[] = [];
  for (const entry of entries.values()) if (entry.listed) items.push(itemXml(entry));
  return items.join('');
}
