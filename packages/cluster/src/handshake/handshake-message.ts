/**
 * What is put into the durable queue, as bytes: JSON with a version. Unknown fields are ignored; what cannot be read is
 * a value, not an exception, since it may have been written by a newer version or damaged on a disk.
 */
import { subscriptionStates, type Handshake, type Input } from '@rollcall/presence';
import { isBareJid, type BareJid, type FullJid } from '@rollcall/xmpp';
import { z } from 'zod';

export type QueueBody =
  | { readonly kind: 'handshake'; readonly handshake: Handshake }
  /** The account is gone: everyone is told, the record is erased. Durable, so that no crash leaves rights behind. */
  | { readonly kind: 'accountRemoved'; readonly user: BareJid }
  | { readonly kind: 'order'; readonly user: BareJid; readonly order: Order };

/** What an operator orders of a user who may be owned by any process. */
export type Order = Extract<
  Input,
  { readonly kind: 'accountCreated' | 'rosterImported' | 'halvesCompared' }
>;

const bareJid = z.custom<BareJid>((value) => isJidText(value) && isBareJid(value));
const fullJid = z.custom<FullJid>((value) => isJidText(value) && !isBareJid(value));

const state = z.enum(subscriptionStates);
const order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accountCreated') }),
  z.object({
    kind: z.literal('rosterImported'),
    items: z.array(
      z.object({
        jid: bareJid,
        state,
        name: z.string().exactOptional(),
        groups: z.array(z.string()),
      }),
    ),
  }),
  z.object({
    kind: z.literal('halvesCompared'),
    contact: bareJid,
    mine: state,
    theirs: z.union([state, z.literal('no-account')]),
    unheard: z.number().exactOptional(),
    heard: z.number().exactOptional(),
  }),
]);

const body = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(1),
    kind: z.literal('handshake'),
    handshake: z.object({
      id: z.string().min(1),
      number: z.number(),
      stanza: z.looseObject({
        kind: z.literal('presence'),
        type: z.enum(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed']),
        from: bareJid,
        to: bareJid,
        content: z.string(),
      }),
      gone: z.array(fullJid),
      answers: z.number().exactOptional(),
      heard: z.number().exactOptional(),
      mends: z.literal(true).exactOptional(),
    }),
  }),
  z.object({ v: z.literal(1), kind: z.literal('accountRemoved'), user: bareJid }),
  z.object({ v: z.literal(1), kind: z.literal('order'), user: bareJid, order }),
]);

export function encodeQueueBody(message: QueueBody): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: 1, ...message }));
}

export function decodeQueueBody(bytes: Uint8Array): QueueBody | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  return body.safeParse(json).data;
}

/** Whose actor deals with it. */
export function userOf(message: QueueBody): BareJid {
  return message.kind === 'handshake' ? (message.handshake.stanza.to as BareJid) : message.user;
}

function isJidText(value: unknown): value is BareJid | FullJid {
  return typeof value === 'string' && value.length > 0;
}
