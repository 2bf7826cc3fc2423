/** A session, for tests of the checkers. */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import type { Device } from './observation.ts';

export function testDevice(user: string): Device {
  return {
    user: user as BareJid,
    address: `${user}/r` as FullJid,
    openedMs: 0,
    numberedFrom: 0,
    contestedMs: -Infinity,
    said: 1,
    silent: false,
    silencedMs: -Infinity,
    arrivedMs: 0,
    over: false,
    slow: false,
    quickenedMs: -Infinity,
    lostMs: undefined,
    owed: () => 0,
  };
}
