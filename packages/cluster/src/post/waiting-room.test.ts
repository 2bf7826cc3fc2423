import { withResource } from '@rollcall/xmpp';
import { describe, expect, test } from 'vitest';
import type { ToOwner } from '../envelope/envelope.ts';
import { jid } from '../testing/test-client.ts';
import { WaitingRoom } from './waiting-room.ts';

const session = { frontEnd: 'front-end-1~1', id: 7 };

function broadcast(seq: number, to: string, probe: readonly string[] = []): ToOwner {
  const stanza = {
    kind: 'presence',
    from: withResource(jid('juliet@x'), 'balcony'),
    content: '',
  } as const;
  const presence = { stanza, stamp: { session, seq } };
  return { kind: 'broadcast', presence, to: [jid(to)], probe: probe.map((user) => jid(user)) };
}

function roomOf(limit: number, envelopes: readonly ToOwner[]) {
  let dropped = 0;
  const room = new WaitingRoom(limit, () => (dropped += 1));
  for (const envelope of envelopes) room.add(3, envelope);
  return { waiting: room.takeAll(3), dropped };
}

describe('what waits for a shard without an owner, past its bound', () => {
  test('loses broadcasts of which there is a newer one', () => {
    const [first, second] = [broadcast(1, 'romeo@x'), broadcast(2, 'romeo@x')];
    expect(roomOf(1, [first, second])).toEqual({ waiting: [second], dropped: 0 });
  });

  test('keeps all pieces of the newest broadcast, which are for different contacts', () => {
    const pieces = [broadcast(2, 'romeo@x'), broadcast(2, 'nurse@x')];
    expect(roomOf(2, [broadcast(1, 'romeo@x'), ...pieces]).waiting).toEqual(pieces);
  });

  test('keeps what asks something, though there is newer presence', () => {
    const arrival = broadcast(1, 'romeo@x', ['romeo@x']);
    const later = [broadcast(2, 'romeo@x'), broadcast(3, 'romeo@x')];
    expect(roomOf(2, [arrival, ...later]).waiting).toEqual([arrival, later[1]]);
  });

  test('loses the oldest where all are new', () => {
    const pieces = [broadcast(2, 'romeo@x'), broadcast(2, 'nurse@x')];
    expect(roomOf(1, pieces)).toEqual({ waiting: [pieces[1]], dropped: 1 });
  });
});
