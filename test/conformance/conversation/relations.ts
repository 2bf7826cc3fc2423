// Where conversations begin: who is online and who may see whom, brought about by the protocol itself.

import type { Person } from './person.ts';

/** Online, with an empty inbox. */
export async function online(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    if (person.devices.length === 0) await person.comesOnline();
  }
  await people[0]?.conversation.quiets();
}

/** The first is subscribed to the other's presence; both are online and quiet. */
export async function follows(watcher: Person, watched: Person): Promise<void> {
  await online(watcher, watched);
  await subscribe(watcher, watched);
  await watcher.conversation.quiets();
}

/** Both are subscribed to each other, online and quiet. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await online(one, other);
  await subscribe(one, other);
  await subscribe(other, one);
  await one.conversation.quiets();
}

async function subscribe(watcher: Person, watched: Person): Promise<void> {
  watcher.sends(`<presence type='subscribe' to='${watched.bare}'/>`);
  await watched.receives(`<presence type='subscribe' from='${watcher.bare}'/>`);
  watched.sends(`<presence type='subscribed' to='${watcher.bare}'/>`);
  await watcher.receives(`<presence type='subscribed' from='${watched.bare}'/>`);
  await watcher.receives(`<presence from='${watched.full}'/>`);
}

/**
 * Resolves when the listener's account has dealt with all subscription stanzas that were on their way to it. They may
 * travel by a queue of their own, which pings do not flush; so a request of a witness, who has nothing to do with the
 * listener before or after, goes behind them. Both are online; what they hear of each other is taken.
 */
export async function hasHeardAll(listener: Person, witness: Person): Promise<void> {
  await listener.conversation.settles();
  witness.sends(`<presence type='subscribe' to='${listener.bare}'/>`);
  await witness.receivesPush(listener.bare, { ask: 'subscribe' });
  await listener.receives(`<presence type='subscribe' from='${witness.bare}'/>`);
  listener.sends(`<presence type='unsubscribed' to='${witness.bare}'/>`);
  await witness.receives(`<presence type='unsubscribed' from='${listener.bare}'/>`);
  await witness.receivesPush(listener.bare, { subscription: 'none' });
}

/**
 * Proves that no subscription stanza of this type has come from the sender, whatever way they take: what follows it on
 * that way must be delivered, and is. Changes the sender's subscription to the listener.
 */
export async function hearsNo(type: string, listener: Person, sender: Person): Promise<void> {
  sender.sends(`<presence type='unsubscribe' to='${listener.bare}'/>`);
  sender.sends(`<presence type='subscribe' to='${listener.bare}' id='last-word'/>`);
  await listener.receives(`<presence type='subscribe' from='${sender.bare}' id='last-word'/>`);
  await listener.receivesNo(`<presence type='${type}' from='${sender.bare}'/>`);
}
