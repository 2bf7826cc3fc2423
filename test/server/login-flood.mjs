// Many who log in by PLAIN, over and over: login-flood.mjs HOST PORT USER PASSWORD AT_ONCE ADDRESS [ADDRESS]...
// Says `flooding` when the server has turned somebody away, and on SIGTERM what became of all, as a line of JSON.

import { connect } from 'node:net';

const [host, port, user, password, atOnce, ...addresses] = process.argv.slice(2);
/** Whoever was turned away comes again after so long, as impatient clients do. */
const backoffMs = 100;

const greeting =
  `<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>` +
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>` +
  `${Buffer.from(`\0${user}\0${password}`).toString('base64')}</auth>`;

const counts = { letIn: 0, shed: 0, refused: 0, cut: 0 };

function attempt(address) {
  let heard = '';
  let outcome = 'cut';
  const socket = connect({ host, port: Number(port), localAddress: address });
  socket.setEncoding('utf8');
  socket.on('connect', () => socket.write(greeting));
  socket.on('data', (text) => {
    heard += text;
    if (heard.includes('<success')) outcome = 'letIn';
    else if (heard.includes('<temporary-auth-failure')) outcome = 'shed';
    else if (heard.includes('<failure') || heard.includes('<stream:error')) outcome = 'refused';
    if (outcome !== 'cut') socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    counts[outcome] += 1;
    if (outcome === 'shed' && counts.shed === 1) process.stdout.write('flooding\n');
    setTimeout(() => attempt(address), outcome === 'letIn' ? 0 : backoffMs);
  });
}

for (let index = 0; index < Number(atOnce); index++) attempt(addresses[index % addresses.length]);

process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
