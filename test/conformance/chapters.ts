// The chapters in the order of the specifications.

import type { Chapter } from './conversation/rule.ts';
import { chapter as privacyLeaks } from './privacy-leaks/chapter.ts';
import { chapter as presenceSyntax } from './rfc3921-02-presence-syntax/chapter.ts';
import { chapter as presence } from './rfc3921-05-presence/chapter.ts';
import { chapter as subscriptions } from './rfc3921-06-subscriptions/chapter.ts';
import { chapter as roster, largeRosterChapter } from './rfc3921-07-roster/chapter.ts';
import { chapter as flows } from './rfc3921-08-flows/chapter.ts';
import { chapter as states } from './rfc3921-09-states/chapter.ts';
import { chapter as blocking } from './rfc3921-10-blocking/chapter.ts';
import { chapter as serverRules } from './rfc3921-11-server-rules/chapter.ts';
import { chapter as blockingCommand } from './xep-0191-blocking-command/chapter.ts';
import { chapter as presenceContent } from './xep-0256-last-activity/chapter.ts';
import { chapter as serverPresence } from './xep-0267-server-presence/chapter.ts';
import { chapter as clientProbes } from './xep-0318-probes/chapter.ts';
import { chapter as clientState } from './xep-0352-client-state/chapter.ts';

export const chapters: readonly Chapter[] = [
  presenceSyntax,
  presence,
  subscriptions,
  roster,
  flows,
  states,
  blocking,
  serverRules,
  blockingCommand,
  clientProbes,
  presenceContent,
  clientState,
  serverPresence,
  privacyLeaks,
  largeRosterChapter,
];
