import { chapter as presenceSyntax } from './rfc3921-02-presence-syntax/chapter.ts';
import { chapter as presence } from './rfc3921-05-presence/chapter.ts';
import { chapter as subscriptions } from './rfc3921-06-subscriptions/chapter.ts';
import { chapter as roster } from './rfc3921-07-roster/chapter.ts';
import { chapter as flows } from './rfc3921-08-flows/chapter.ts';
import { chapter as states } from './rfc3921-09-states/chapter.ts';
import type { Chapter } from './conversation/rule.ts';

export const chapters: readonly Chapter[] = [presenceSyntax, presence, subscriptions, roster, flows, states];
