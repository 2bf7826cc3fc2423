import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openingTag } from '../../test/conversation.ts';
import { makeWorld } from '../../test/world.ts';

const plain = Buffer.from('\0alice\0alice-pw').toString('base64');

/** What clients say, in no order that makes sense. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constant(openingTag) },
  {
    weight: 3,
    arbitrary: fc.constant(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
    ),
  },
  fc.constantFrom(
    ' ',
    '<presence/>',
    "<presence to='bob@localhost' type='subscribe'/>",
    "<message to='x'><body>hi</body></message>",
    "<iq type='get' id='1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq type='result' id='1'/>",
    "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
    "<resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/>",
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<a xmlns='urn:xmpp:sm:3' h='0'/>",
    "<inactive xmlns='urn:xmpp:csi:0'/>",
    "<active xmlns='urn:xmpp:csi:0'/>",
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>biwsbj1hbGljZSxyPXg=</auth>",
    "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</response>",
    "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    '<!-- comment -->',
    '</stream:stream>',
    '<presence',
    '&amp;',
  ),
  fc.string(),
);

it('whatever a client says, in whatever pieces: no fault of ours, and nothing left when it goes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 14 }),
      fc.boolean(),
      fc.boolean(),
      async (words, isIn, inOnePiece) => {
        const { client, frontEnd, gate, timers, logged } = makeWorld();
        const someone = client();
        if (isIn) await someone.login('alice', 'alice-pw', 'home');
        if (inOnePiece) someone.send(words.join(''));
        for (const text of inOnePiece ? [] : words) {
          someone.send(text);
          await new Promise(setImmediate);
          await new Promise(setImmediate);
        }
        await new Promise(setImmediate);
        someone.stream.destroy();
        await someone.closed();
        await new Promise(setImmediate);
        // Those that may be resumed are waited for.
        timers.advance(301_000);
        expect(logged.filter(({ event }) => event === 'connection_failed')).toEqual([]);
        expect(frontEnd.stats()).toMatchObject({ connections: 0, sessions: 0, queuedStanzas: 0 });
        expect(gate.opened.every(({ ended }) => ended)).toBe(true);
        expect(timers.pending).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
