import { rosterItems } from './items.ts';
import { largeRosters } from './large.ts';
import { rosterRefusals } from './refusals.ts';
import { rosterVersioning } from './versioning.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Roster management (RFC 3921 §7)',
  rules: [...rosterItems, ...rosterRefusals, ...rosterVersioning, ...largeRosters],
};
