import { once } from 'node:events';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { presenceStanza } from '../client/stanza.ts';
import { rawGreetings } from './raw-protocol.ts';
import { createRawServer } from './raw-server.ts';

let server: Server;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createRawServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function connected(greeting: string): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.push(socket);
  socket.write(greeting);
  await once(socket, 'data');
  return socket;
}

function receives(socket: Socket, text: string): Promise<string> {
  let received = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received.length >= text.length) resolve(received);
    });
  });
}

it('writes what one socket says to all the others, whole, however it comes', async () => {
  const receivers = [
    await connected(rawGreetings.receiver),
    await connected(rawGreetings.receiver),
  ];
  const sender = await connected(rawGreetings.sender);
  const stanza = (sequence: number) => presenceStanza({ sequence, sentUs: 1, bytes: 200 });
  const text = stanza(1) + stanza(2) + stanza(3);
  const all = Promise.all(receivers.map((receiver) => receives(receiver, text)));
  sender.write(text.slice(0, 250));
  sender.write(text.slice(250));
  expect(await all).toEqual([text, text]);
});
