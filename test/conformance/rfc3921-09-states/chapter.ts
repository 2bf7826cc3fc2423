// RFC 3921 §9, RFC 6121 Appendix A: the states of a subscription and what leads from one to another.

import { online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';
import { isBeyondRfc3921 } from './pair-model.ts';
import { PairWalk, allSequences, moves } from './pair-walk.ts';

const everySection = 'RFC 3921 §9.1; RFC 3921 §9.2; RFC 3921 §9.3; RFC 6121 §A.2; RFC 6121 §A.3';

export const chapter: Chapter = {
  title: 'Subscription states (RFC 3921 §9)',
  rules: [
    ...moves.map((first) =>
      rule(
        everySection,
        `from nothing, ${first.actor}: ${first.action}, and after it any of the ten that either may send`,
        async ({ alice, bob, carol }) => {
          await online(alice, bob, carol);
          const pair = new PairWalk(alice, bob, carol);
          for (const second of moves) {
            await pair.walk([first, second]);
            await pair.startsOver();
          }
          await pair.ends();
        },
      ),
    ),
    rule(
      everySection,
      'every sequence of three stanzas of either user, from wherever the last one led',
      async ({ alice, bob, carol }) => {
        await online(alice, bob, carol);
        const pair = new PairWalk(alice, bob, carol);
        await pair.walk(allSequences(3));
        await pair.ends();
      },
    ),
    rule(
      everySection,
      'the same, without approvals in advance (RFC 6121 §3.4) and removals of nothing (RFC 6121 §2.5.3)',
      async ({ alice, bob, carol }) => {
        await online(alice, bob, carol);
        const pair = new PairWalk(alice, bob, carol);
        await pair.walk(allSequences(3), (half, action) => !isBeyondRfc3921(half, action));
        await pair.ends();
      },
    ),
  ],
};
