import { chapter as presenceSyntax } from './rfc3921-02-presence-syntax/chapter.ts';
import { chapter as presence } from './rfc3921-05-presence/chapter.ts';
import type { Chapter } from './conversation/rule.ts';

export const chapters: readonly Chapter[] = [presenceSyntax, presence];
