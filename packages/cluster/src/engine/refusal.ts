/** Whoever caused an input that is not acted upon is told, in the way that suits its kind. */
import { stanzaError, splitAtTo } from '@rollcall/xmpp';
import type { Letter, Refusal } from '../actor/letter.ts';
import type { Post } from '../post/post.ts';
import type { Router } from './router.ts';

const busy = 'The server is too busy with this account. Try again in a while.';

export function refuseLetter(letter: Letter, refusal: Refusal, post: Post, router: Router): void {
  letter.settled?.(refusal);
  // A shard that has moved: front-ends send to the new owner what this one has not acknowledged.
  if (refusal === 'stopped') return;
  const { input } = letter;
  switch (input.kind) {
    case 'stanzaReceived': {
      const { frontEnd, id: session } = input.session;
      const error = stanzaError(input.stanza, 'resource-constraint', { text: busy });
      if (error !== undefined)
        post.toGate(frontEnd, { kind: 'deliver', sessions: [session], ...splitAtTo(error) });
      post.toGate(frontEnd, { kind: 'refused', session, seq: input.seq });
      return;
    }
    case 'sessionBound': {
      post.toGate(input.session.frontEnd, {
        kind: 'bindRefused',
        session: input.session.id,
        condition: 'resource-constraint',
        text: busy,
      });
      return;
    }
    case 'stanzaArrived':
      if (input.stanza.kind !== 'presence')
        router.refuse(input.stanza, 'resource-constraint', busy);
      return;
    default:
      return;
  }
}
