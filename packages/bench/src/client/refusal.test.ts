import { expect, it } from 'vitest';
import { closedBecause, refusedBecause, unconnectedBecause } from './refusal.ts';

const attempt = { host: 'example.org', port: 5222, domain: 'd', name: 'u7' };

it.each([
  ['<failure><not-authorized/></failure>', /u7@d \(--users\).*--password/],
  ['<stream:error><host-unknown/></stream:error>', /does not serve d \(--domain\)/],
  ['<stream:error><policy-violation/></stream:error>', /limit of the server/],
  ['<failure><aborted/></failure>', /the server said: <failure><aborted/],
])('says of %s which option is wrong', (element, why) => {
  expect(refusedBecause(element, attempt)).toMatch(why);
});

it.each([
  ['ECONNREFUSED', /nobody listens on port 5222 of example\.org/],
  ['ENOTFOUND', /no host called example\.org/],
  ['EMFILE', /ulimit -n/],
  ['EPIPE', /broken/],
])('says of %s what to do', (code, why) => {
  const cause = Object.assign(new Error('broken'), { code });
  expect(unconnectedBecause(cause, attempt)).toMatch(why);
});

it('tells a server that ends a stream from one that does not speak XMPP', () => {
  expect(closedBecause(true)).not.toContain('TLS');
  expect(closedBecause(false)).toContain('without TLS?');
});
