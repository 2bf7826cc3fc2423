/** What an audit finds between two users, read anew: passing differences are none. */
import {
  askingHalf,
  givingHalf,
  remedyFor,
  unheardOf,
  type AskingHalf,
  type ComparedHalves,
  type GivingHalf,
  type Half,
} from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';

/** One of a pair, as it was read. */
export interface Side {
  readonly user: BareJid;
  readonly exists: boolean;
  /** Its record is damaged: nothing can be said of it. */
  readonly isUnreadable: boolean;
  /** What it says of the other. */
  readonly half: Half;
}

/** `asker` sees the presence of `giver`, by one half and not by the other. */
export interface Disagreement {
  readonly asker: BareJid;
  readonly giver: BareJid;
  readonly asking: AskingHalf | 'no-account';
  /** `unheard`: it agrees, yet the last request of the asker was lost on its way. */
  readonly giving: GivingHalf | 'no-account' | 'unheard';
}

export interface Found {
  readonly disagreement: Disagreement;
  /** Who mends it, and what they have to be told. */
  readonly mender: BareJid;
  readonly compared: ComparedHalves;
}

export function compare(one: Side, other: Side): readonly Found[] {
  if (one.isUnreadable || other.isUnreadable) return [];
  if (one.half.isUnderWay || other.half.isUnderWay) return [];
  return [...between(one, other), ...between(other, one)];
}

function between(asker: Side, giver: Side): readonly Found[] {
  const asking = askingHalf(asker.half.state);
  const giving = givingHalf(giver.half.state);
  const named = { asker: asker.user, giver: giver.user };
  if (!asker.exists) {
    if (!giver.exists || giving === 'nothing') return [];
    return [foundBy(giver, asker, { ...named, asking: 'no-account', giving })];
  }
  if (!giver.exists) {
    // A request to nobody is never answered, which tells no one apart (RFC 6121 §8.5.1).
    if (asking !== 'subscribed') return [];
    return [foundBy(asker, giver, { ...named, asking, giving: 'no-account' })];
  }
  if (remedyFor(asking, giving) === undefined) {
    const unheard = unheardOf(asker.half, giver.half);
    if (unheard === undefined) return [];
    return [foundBy(asker, giver, { ...named, asking, giving: 'unheard' }, unheard)];
  }
  if (asking === 'asked' && giving === 'nothing' && giver.half.isDeaf) return [];
  return [foundBy(asker, giver, { ...named, asking, giving })];
}

function foundBy(mender: Side, other: Side, disagreement: Disagreement, unheard?: number): Found {
  const theirs = other.exists ? other.half.state : 'no-account';
  return {
    disagreement,
    mender: mender.user,
    compared: {
      contact: other.user,
      mine: mender.half.state,
      theirs,
      heard: other.half.heard,
      ...(unheard === undefined ? {} : { unheard }),
    },
  };
}
