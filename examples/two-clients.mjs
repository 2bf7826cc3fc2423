// Two people watch each other come, change and go, with the client library @xmpp/client.
//
//   NODE_EXTRA_CA_CERTS=data/self-signed-certificate.pem node examples/two-clients.mjs PASSWORD [HOST:PORT]
//
// alice@localhost and bob@localhost must exist and have this password. The variable makes Node trust the certificate
// that the server has made for itself.

import { client, xml } from '@xmpp/client';

const [password, address = '127.0.0.1:5222'] = process.argv.slice(2);
if (password === undefined) {
  process.stderr.write('Give the password of alice and bob.\n');
  process.exit(2);
}

/** Of all that a presence can say, what is told here. */
const seen = ['available', 'away', 'unavailable'];

const alice = person('alice');
const bob = person('bob');
await alice.comes();
await bob.comes();

alice.says('asks to see bob', xml('presence', { to: 'bob@localhost', type: 'subscribe' }));
await bob.isAsked();
bob.says('agrees', xml('presence', { to: 'alice@localhost', type: 'subscribed' }));
bob.says('asks to see alice', xml('presence', { to: 'alice@localhost', type: 'subscribe' }));
await alice.isAsked();
alice.says('agrees', xml('presence', { to: 'bob@localhost', type: 'subscribed' }));
await Promise.all([alice.sees('available'), bob.sees('available')]);

alice.says('goes to lunch', xml('presence', {}, xml('show', {}, 'away')));
await bob.sees('away');
alice.says('is back', xml('presence'));
await bob.sees('available');
await alice.goes();
await bob.sees('unavailable');
await bob.goes();

function person(name) {
  const other = name === 'alice' ? 'bob' : 'alice';
  const xmpp = client({
    service: `xmpp://${address}`,
    domain: 'localhost',
    username: name,
    password,
    resource: 'example',
    // A machine that is busy with other things may need longer than the two seconds that are usual.
    timeout: 10_000,
  });
  const tell = (what) => process.stdout.write(`${name.padEnd(6)} ${what}\n`);
  const arrived = [];
  let look = () => undefined;

  xmpp.on('error', (error) => {
    process.stderr.write(`${name}: ${error.message || error.code || error.name}\n`);
    process.exit(1);
  });
  xmpp.on('stanza', (stanza) => {
    if (!stanza.is('presence') || !stanza.attrs.from.startsWith(`${other}@`)) return;
    const { type = stanza.getChildText('show') ?? 'available' } = stanza.attrs;
    if (seen.includes(type)) tell(`sees ${stanza.attrs.from}: ${type}`);
    arrived.push(type);
    look();
  });

  async function arrives(type) {
    while (!arrived.includes(type)) await new Promise((resolve) => (look = resolve));
    arrived.splice(arrived.indexOf(type), 1);
  }

  /** As if they had never met, so that the example can be run again. */
  async function forget() {
    const item = xml('item', { jid: `${other}@localhost`, subscription: 'remove' });
    await xmpp.iqCaller.set(xml('query', 'jabber:iq:roster', item));
  }

  return {
    async comes() {
      const jid = await xmpp.start();
      const roster = await xmpp.iqCaller.get(xml('query', 'jabber:iq:roster'));
      if (roster.getChildByAttr('jid', `${other}@localhost`) !== undefined) await forget();
      await xmpp.send(xml('presence'));
      tell(`has logged in as ${jid}`);
    },
    async goes() {
      await xmpp.send(xml('presence', { type: 'unavailable' }));
      await xmpp.stop();
      tell('has gone');
    },
    says(what, stanza) {
      tell(what);
      void xmpp.send(stanza);
    },
    isAsked: () => arrives('subscribe'),
    sees: arrives,
  };
}
