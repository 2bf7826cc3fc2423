/**
 * What is put into the durable queue, as bytes: JSON with a version. Unknown fields are ignored; what cannot be read is
 * a value, not an exception, since it may have been written by a newer version or damaged on a disk.
 */
import {
  isSubscriptionType,
  subscriptionStates,
  type Handshake,
  type Input,
} from '@rollcall/presence';
import { isBareJid, type BareJid } from '@rollcall/xmpp';
import { z } from 'zod';

export type QueueBody =
  | { readonly kind: 'handshake'; readonly handshake: Handshake }
  /** The account is gone: everyone is told, the record is emptied. Durable, so that no crash leaves rights behind. */
  | { readonly kind: 'accountRemoved'; readonly user: BareJid }
  | { readonly kind: 'order'; readonly user: BareJid; readonly order: Order };

/** What an operator orders of a user who may be owned by any process. */
export type Order = Extract<
  Input,
  { readonly kind: 'accountCreated' | 'rosterImported' | 'halvesCompared' }
>;

const bareJid = z.custom<BareJid>(isBare);

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

const rare = z.discriminatedUnion('kind', [
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
  return isHandshake(json) ? json : rare.safeParse(json).data;
}

type Json = Readonly<Record<string, unknown>>;

/** By hand: these are on the way of every subscription, and a schema costs several times as much, at first above all. */
function isHandshake(body: unknown): body is Extract<QueueBody, { readonly kind: 'handshake' }> {
  if (!isObject(body) || body['v'] !== 1 || body['kind'] !== 'handshake') return false;
  const { handshake } = body;
  if (!isObject(handshake)) return false;
  const { id, number, stanza, gone, answers, heard, mends } = handshake;
  return (
    isText(id) &&
    typeof number === 'number' &&
    isSubscriptionStanza(stanza) &&
    Array.isArray(gone) &&
    gone.every((address) => isText(address) && !isBare(address)) &&
    (answers === undefined || typeof answers === 'number') &&
    (heard === undefined || typeof heard === 'number') &&
    (mends === undefined || mends === true)
  );
}

function isSubscriptionStanza(stanza: unknown): boolean {
  if (!isObject(stanza) || stanza['kind'] !== 'presence') return false;
  const { type, from, to, content, id = '', lang = '' } = stanza;
  return (
    isSubscriptionType(type) &&
    isBare(from) &&
    isBare(to) &&
    [content, id, lang].every((text) => typeof text === 'string')
  );
}

/** Whose actor deals with it. */
export function userOf(message: QueueBody): BareJid {
  return message.kind === 'handshake' ? (message.handshake.stanza.to as BareJid) : message.user;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isBare(value: unknown): value is BareJid {
  return isText(value) && isBareJid(value as BareJid);
}
