/**
 * Which of the 256 shards speaks for a user. The hash is part of every stored queue and of every cluster's map: it must
 * never change.
 */
import type { BareJid } from '@rollcall/xmpp';

export const shardCount = 256;

/**
 * FNV-1a over the prepared JID's UTF-16 code units, mixed by the finaliser of MurmurHash3 (FNV's own high bits hardly
 * differ between short texts), and of that the highest eight bits. From 0 to 255.
 */
export function shardOf(user: BareJid): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < user.length; index++)
    hash = Math.imul(hash ^ user.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 24;
}
