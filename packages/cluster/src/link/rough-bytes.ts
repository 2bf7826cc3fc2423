import type { Envelope } from '../envelope/envelope.ts';

/** About how long an envelope is on the wire: enough to cut frames well below what the bus takes. */
export function roughBytes(envelope: Envelope): number {
  switch (envelope.kind) {
    case 'deliver':
      return 300 + envelope.head.length + envelope.tail.length + 8 * envelope.sessions.length;
    case 'broadcast':
      return 500 + envelope.presence.stanza.content.length + lengths(envelope.to, envelope.probe);
    case 'answers':
      return envelope.answers.reduce((sum, { outcome }) => sum + outcomeBytes(outcome), 100);
    case 'asked':
      return envelope.answers.reduce((sum, { outcome }) => sum + outcomeBytes(outcome), 100);
    case 'ask':
      return 200 + lengths(envelope.users);
    case 'stanza':
    case 'route':
      return 400 + envelope.stanza.content.length;
    case 'progress':
    case 'bound':
      return 200 + memoBytes(envelope.memo);
    case 'announce':
      return envelope.sessions.reduce((sum, { memo }) => sum + 200 + memoBytes(memo), 100);
    case 'audit':
    case 'gone':
      return 100 + envelope.sessions.length * 60;
    case 'peer':
      return 100 + messageBytes(envelope.message);
    default:
      return 300;
  }
}

type Outcome = Extract<Envelope, { readonly kind: 'answers' }>['answers'][number]['outcome'];

function outcomeBytes(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'available':
      return outcome.presences.reduce((sum, { stanza }) => sum + 300 + stanza.content.length, 200);
    case 'unavailable':
      return 300 + outcome.stanza.content.length;
    case 'unsubscribed':
      return 200;
  }
}

function messageBytes(message: Extract<Envelope, { readonly kind: 'peer' }>['message']): number {
  let sum = 0;
  for (const value of Object.values(message))
    sum += typeof value === 'string' ? value.length + 20 : 30;
  return sum;
}

function memoBytes(memo: Extract<Envelope, { readonly kind: 'progress' }>['memo']): number {
  if (memo === undefined) return 0;
  const { presence, held, directedTo, silenced } = memo;
  const contents = (presence?.stanza.content.length ?? 0) + (held?.stanza.content.length ?? 0);
  return 500 + contents + lengths(directedTo, silenced);
}

function lengths(...lists: readonly (readonly string[])[]): number {
  let sum = 0;
  for (const list of lists) for (const text of list) sum += text.length + 3;
  return sum;
}
