import { expect, test } from 'vitest';
import { subscriptionsMarkdown } from '../../test/subscriptions-markdown.ts';

test('SUBSCRIPTIONS.md says what the tables say', async () => {
  await expect(subscriptionsMarkdown()).toMatchFileSnapshot('../../SUBSCRIPTIONS.md');
});
