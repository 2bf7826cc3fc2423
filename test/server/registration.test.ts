// Accounts that people make with their clients (XEP-0077), where the operator lets them.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { rollcallDone } from './command.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.prepare();
});
afterEach(() => server.remove());

const form = (name: string, password: string) =>
  `<query xmlns='jabber:iq:register'><username>${name}</username><password>${password}</password></query>`;

test('--registration: an account is made, its password changed, and it is removed', async () => {
  await server.start({ args: ['--registration'] });
  const connection = await server.connect();
  const features = await connection.openStream('localhost');
  expect(JSON.stringify(features)).toContain('http://jabber.org/features/iq-register');
  connection.send(`<iq type='set' id='1'>${form('alice', 'first')}</iq>`);
  await connection.expect(`<iq type='result' id='1'/>`);
  connection.send(`<iq type='set' id='2'>${form('Alice', 'again')}</iq>`);
  await connection.expect((stanza) => stanza.name === 'iq' && stanza.attrs['type'] === 'error');
  await connection.close();

  const alice = await server.login('alice', { password: 'first' });
  const changed = await alice.ask('set', form('alice', 'second'));
  expect(changed.attrs['type']).toBe('result');
  await alice.close();
  await expect(server.login('alice', { password: 'first' })).rejects.toThrow('not-authorized');

  const again = await server.login('alice', { password: 'second' });
  again.send(`<iq type='set' id='3'><query xmlns='jabber:iq:register'><remove/></query></iq>`);
  await again.connection.closed;
  expect(await rollcallDone(['user', 'list', '--data', server.data])).toBe('');
});

test('without it, nobody makes an account but the operator', async () => {
  await server.start();
  const connection = await server.connect();
  const features = await connection.openStream('localhost');
  expect(JSON.stringify(features)).not.toContain('iq-register');
  connection.send(`<iq type='set' id='1'>${form('alice', 'secret')}</iq>`);
  await connection.expect(
    `<iq type='error' id='1'><error>` +
      `<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
  await connection.close();
  expect(await rollcallDone(['user', 'list', '--data', server.data])).toBe('');
});
