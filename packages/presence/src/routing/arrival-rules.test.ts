import { describe, expect, it } from 'vitest';
import {
  iqRules,
  messageRules,
  presenceRules,
  type MessageAction,
  type MessageSituation,
} from './arrival-rules.ts';

type Columns = readonly [normal: string, chat: string, groupchat: string, headline: string];

/**
 * What RFC 6121 allows, transcribed from the text of §8.5 (and not from its Table 1, which shows one of the choices):
 * S ignore silently, E error, O store offline or error, D deliver to that resource, M to the most available, A to all
 * that are not negative.
 */
const allowed: Readonly<Record<MessageSituation, Columns>> = {
  nobody: ['S E', 'S E', 'S E', 'S E'],
  bareOffline: ['O', 'O', 'E', 'S'],
  bareOnline: ['M A', 'M', 'E', 'A'],
  fullMatch: ['D', 'D', 'D', 'D'],
  fullOffline: ['S E', 'O', 'S E', 'S E'],
  fullOnline: ['S E', 'M', 'S E', 'S E'],
};
const letters: Readonly<Record<MessageAction, string>> = {
  ignore: 'S',
  error: 'E',
  offline: 'O',
  match: 'D',
  mostAvailable: 'M',
  nonNegative: 'A',
};
const types = ['normal', 'chat', 'groupchat', 'headline'] as const;
const situations = Object.keys(messageRules) as readonly MessageSituation[];

describe('the message table (RFC 6121 §8.5)', () => {
  it.each(situations)('chooses in the row %s what the RFC allows', (situation) => {
    const { actions } = messageRules[situation];
    for (const [column, type] of types.entries()) {
      expect(allowed[situation][column]?.split(' ')).toContain(letters[actions[type]]);
    }
  });

  it('never answers an error; only the resource that it names gets one', () => {
    for (const situation of situations) {
      const expected = situation === 'fullMatch' ? 'match' : 'ignore';
      expect(messageRules[situation].actions.error).toBe(expected);
    }
  });

  it('answers alike for nobody, the blocked, and those who are offline without an offline store', () => {
    const withoutStore = ({ actions }: (typeof messageRules)[MessageSituation]) =>
      Object.fromEntries(
        Object.entries(actions).map(([type, action]: [string, MessageAction]) => [
          type,
          action === 'offline' ? 'error' : action,
        ]),
      );
    expect(withoutStore(messageRules.bareOffline)).toEqual(messageRules.nobody.actions);
    expect(withoutStore(messageRules.fullOffline)).toEqual(messageRules.nobody.actions);
  });
});

describe('the iq table (RFC 6121 §8.5)', () => {
  it('refuses requests and drops answers, or delivers', () => {
    for (const { actions } of Object.values(iqRules)) {
      expect(['match', 'error']).toContain(actions.get);
      expect(actions.set).toBe(actions.get);
      expect(['match', 'ignore']).toContain(actions.result);
      expect(actions.error).toBe(actions.result);
    }
  });

  it('does not show a stranger whether a resource is there (§8.5.3.1)', () => {
    expect(iqRules.fullStranger.actions.get).toBe(iqRules.fullNobody.actions.get);
  });
});

describe('the presence table (RFC 6121 §8.5)', () => {
  it('never answers', () => {
    const actions = Object.values(presenceRules).flatMap((row) => Object.values(row.actions));
    expect(new Set<string>(actions)).toEqual(new Set(['ignore', 'available', 'match']));
  });
});
