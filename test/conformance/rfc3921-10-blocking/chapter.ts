import { listEditing } from './editing.ts';
import { blockingEffects } from './effects.ts';
import { listMatching } from './matching.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Blocking communication (RFC 3921 §10)',
  rules: [...listEditing, ...listMatching, ...blockingEffects],
};
