import { describe, expect, it } from 'vitest';
import { jid } from '../../test/jids.ts';
import { withBlocked, withoutBlocked } from './block-list.ts';
import { flowChanges } from './flow-changes.ts';
import { emptyPolicy, type PrivacyPolicy } from './policy.ts';
import { privacyList, type PartyView, type StanzaFlow } from './privacy-list.ts';

function party(address: string): PartyView {
  return { jid: jid(address), subscription: 'both', groups: [] };
}

const parties = ['a@x.example', 'b@x.example', 'c@y.example'].map(party);

function changes(
  before: PrivacyPolicy,
  after: PrivacyPolicy,
  flow: StanzaFlow,
  active?: readonly [string | undefined, string | undefined],
) {
  const { stopped, resumed } = flowChanges(
    { policy: before, activeList: active?.[0] },
    { policy: after, activeList: active?.[1] },
    flow,
    parties,
  );
  return { stopped: stopped.map((each) => each.jid), resumed: resumed.map((each) => each.jid) };
}

describe('a change in mid-session', () => {
  const blocked = withBlocked(emptyPolicy, [jid('x.example')]);

  it('names those who were blocked: they are owed unavailable presence (XEP-0191 §3.3)', () => {
    expect(changes(emptyPolicy, blocked, 'presence-out')).toEqual({
      stopped: ['a@x.example', 'b@x.example'],
      resumed: [],
    });
  });

  it('names those who were unblocked: they are owed current presence (XEP-0191 §3.4)', () => {
    expect(changes(blocked, withoutBlocked(blocked, 'all'), 'presence-out')).toEqual({
      stopped: [],
      resumed: ['a@x.example', 'b@x.example'],
    });
  });

  it('is judged flow by flow (XEP-0016 §2.10, §2.11)', () => {
    const hide = privacyList('hide', [
      { match: { by: 'anyone' }, action: 'deny', order: 1, flows: ['presence-out'] },
    ]);
    const hidden = { lists: new Map([['hide', hide]]), defaultList: 'hide' };
    expect(changes(emptyPolicy, hidden, 'presence-out').stopped).toHaveLength(3);
    expect(changes(emptyPolicy, hidden, 'presence-in').stopped).toHaveLength(0);
  });

  it('may come from another active list alone', () => {
    const none = privacyList('none', []);
    const policy = { ...blocked, lists: new Map(blocked.lists).set('none', none) };
    expect(changes(policy, policy, 'presence-out', [undefined, 'none']).resumed).toHaveLength(2);
    expect(changes(policy, policy, 'presence-out', ['none', undefined]).stopped).toHaveLength(2);
  });

  it('does not concern a session that another list judges', () => {
    const none = privacyList('none', []);
    const before = { lists: new Map([['none', none]]) };
    const after = withBlocked(before, [jid('x.example')]);
    expect(changes(before, after, 'presence-out', ['none', 'none'])).toEqual({
      stopped: [],
      resumed: [],
    });
  });
});
