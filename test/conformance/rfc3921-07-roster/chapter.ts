import { rosterItems } from './items.ts';
import { largeRosters } from './large.ts';
import { rosterRefusals } from './refusals.ts';
import { rosterVersioning } from './versioning.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Roster management (RFC 3921 §7)',
  rules: [...rosterItems, ...rosterRefusals, ...rosterVersioning],
};

/** The last of all: a server that is slow with these is still busy when the next rule begins. */
export const largeRosterChapter: Chapter = { title: 'Large rosters', rules: largeRosters };
