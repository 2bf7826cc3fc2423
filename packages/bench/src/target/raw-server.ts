// What the raw process does: one write to each receiver for each stanza that a sender wrote.

import { createServer, type Server, type Socket } from 'node:net';

import { rawGreetings, rawWelcome } from './raw-protocol.ts';

const stanzaEnd = Buffer.from('</presence>');
const newline = 10;
const senderSign = rawGreetings.sender.charCodeAt(0);

export function createRawServer(): Server {
  const receivers = new Set<Socket>();
  return createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('close', () => receivers.delete(socket));
    socket.once('data', (greeting) => {
      const rest = greeting.subarray(greeting.indexOf(newline) + 1);
      if (greeting[0] !== senderSign) receivers.add(socket);
      else relay(socket, rest, receivers);
      socket.write(rawWelcome);
    });
  });
}

function relay(sender: Socket, first: Buffer, receivers: ReadonlySet<Socket>): void {
  let rest: Buffer = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = endAfter(text, at); end > 0; end = endAfter(text, at)) {
      const stanza = text.subarray(at, end);
      for (const receiver of receivers) receiver.write(stanza);
      at = end;
    }
    rest = text.subarray(at);
  };
  take(first);
  sender.on('data', take);
}

/** The index after the next whole stanza; 0 when there is none. */
function endAfter(text: Buffer, at: number): number {
  const end = text.indexOf(stanzaEnd, at);
  return end < 0 ? 0 : end + stanzaEnd.length;
}
