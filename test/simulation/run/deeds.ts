/** What clients do, one step at a time. */
import type { BareJid } from '@rollcall/xmpp';
import type { Client } from '../clients/client.ts';
import { resumptionMs } from '../world/limits.ts';
import { friends, mortals, users } from '../world/users.ts';
import type { World } from '../world/world.ts';
import type { Step } from './plan.ts';

/** A stream that was lost is found out and waited for no longer than this. */
const overAfterMs = resumptionMs + 11_000;

/** Devices at once; a cluster has fewer users than this has logins. */
const mostClients = 20;

export function doDeed(world: World, { act, picks }: Step): void {
  const [who = 0, whom = 0, where = 0, what = 0] = picks;
  const user = one(users, who);
  const devices = world.clients.filter((each) => each.device.user === user);
  const client = one(devices, where) ?? one(world.clients, where);
  if (act === 'login' && user !== undefined) {
    if (world.clients.length < mostClients) world.logins.begin(user, where);
    return;
  }
  if (act === 'removeAccount' || act === 'makeAccount') {
    const mortal = one(mortals, who);
    return mortal && world.accounts[act === 'removeAccount' ? 'remove' : 'make'](mortal);
  }
  if (act === 'loginResumable' && user !== undefined) {
    if (world.clients.length < mostClients) world.logins.beginResumable(user, where);
    return;
  }
  if (act === 'loseStream') return loseStream(world, picks);
  if (act === 'loginAgain') {
    const contested = one(world.clients, who);
    return contested && world.logins.beginAgain(contested, where);
  }
  if (client === undefined) return;
  const other = one(users, whom);
  const contact = other !== undefined && mayChange(client, other) ? other : undefined;
  world.note(`${client.address} ${act} ${nameOf(act, contact, other)}`);
  switch (act) {
    case 'end':
      client.end();
      return world.forgetTheLost();
    case 'say':
      return client.say();
    case 'flap':
      for (let times = 0; times < 3 + what * 30; times++) client.say();
      return;
    case 'silence':
      // Whoever comes and goes without reading cannot tell what is from before.
      return isReading(client) ? client.beSilent() : undefined;
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
      return contact && client.subscription(act, contact);
    case 'remove':
      return contact && client.remove(contact);
    case 'rename':
      return contact && client.rename(contact, `name ${Math.floor(what * 100)}`);
    case 'block':
    case 'unblock':
      return contact && client[act](contact);
    case 'probe':
      return other && client.probe(other);
    case 'direct':
      return directTo(world, client, other);
    case 'flood':
      for (let times = 0; times < 100; times++) client.probe(other ?? client.device.user);
      return;
    case 'beSlow':
      return client.device.silent ? undefined : client.setSlow(true);
    case 'beQuick':
      return client.setSlow(false);
    default:
  }
}

function isReading({ device: { slow, lostMs } }: Client): boolean {
  return !slow && lostMs === undefined;
}

/** It comes back while its session waits for it, or when that should have ended long ago. */
function loseStream(world: World, picks: Step['picks']): void {
  const [who = 0, noticed = 0, when = 0, late = 0] = picks;
  const resumable = world.clients.filter(({ stream }) => stream?.isWhole);
  const isLate = late < 0.2;
  const awayMs = isLate ? overAfterMs + when * 4_000 : when ** 2 * resumptionMs * 0.8;
  one(resumable, who)?.stream?.lose(noticed < 0.5, awayMs);
}

/** To one device: what is sent to an account goes to whichever are there. */
function directTo(world: World, client: Client, other: BareJid | undefined): void {
  const there = world.clients.find(({ device }) => device.user === other && !device.silent);
  if (there !== undefined) client.direct(there.address);
}

/** Whether the two change how they stand to each other: friends leave it as it is between them. */
function mayChange({ device: { user } }: Client, other: BareJid): boolean {
  return user !== other && !(friends.includes(user) && friends.includes(other));
}

function nameOf(act: string, contact: BareJid | undefined, other: BareJid | undefined): string {
  if (act === 'probe' || act === 'direct' || act === 'flood') return other ?? '';
  return /subscribe|remove|rename|block/.test(act) ? (contact ?? '') : '';
}

function one<T>(list: readonly T[], pick: number): T | undefined {
  return list[Math.floor(pick * list.length)];
}
