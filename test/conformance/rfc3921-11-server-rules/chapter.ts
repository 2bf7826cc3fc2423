import type { Chapter } from '../conversation/rule.ts';
import { iqRules } from './iqs.ts';
import { messageRules } from './messages.ts';
import { presenceRules } from './presence.ts';

export const chapter: Chapter = {
  title: 'Server rules for stanzas (RFC 3921 §11)',
  rules: [...messageRules, ...iqRules, ...presenceRules],
};
