import { subscriptionAnswers } from './answers.ts';
import { subscriptionEndings } from './endings.ts';
import { preApproval } from './pre-approval.ts';
import { subscriptionRequests } from './requests.ts';
import { newsWhileOffline } from './while-offline.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Managing subscriptions (RFC 3921 §6)',
  rules: [
    ...subscriptionRequests,
    ...subscriptionAnswers,
    ...subscriptionEndings,
    ...newsWhileOffline,
    ...preApproval,
  ],
};
