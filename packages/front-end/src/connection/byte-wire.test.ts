import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { authenticatedLimits, ReaderPool, type StreamEvent } from '@rollcall/xmpp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../../test/certificate.ts';
import { openingTag } from '../../test/conversation.ts';
import { tcpFraming } from '../stream/framing.ts';
import { ByteWire } from './byte-wire.ts';
import { Turns } from './turns.ts';

/** A stream that keeps what is written to it, and lets the test say when it has left. */
class Sink extends Duplex {
  readonly chunks: string[] = [];
  #done: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1000, decodeStrings: false });
  }

  override _read(): void {
    // The test pushes.
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    this.#done = done;
  }

  leave(): void {
    this.#done?.();
  }
}

function setUp() {
  return setUpOver(new Sink());
}

function setUpOver<S extends Duplex>(stream: S) {
  const turns: (() => void)[] = [];
  const endTurn = () => turns.splice(0).forEach((run) => run());
  const traffic = { bytesReceived: 0, bytesSent: 0 };
  const wire = new ByteWire(stream, {
    framing: tcpFraming,
    limits: authenticatedLimits,
    turns: new Turns((run) => turns.push(run)),
    readers: new ReaderPool(),
    traffic,
  });
  const heard = { events: [] as StreamEvent[], drained: 0, gone: 0 };
  wire.start({
    events: (events) => heard.events.push(...events),
    drained: () => (heard.drained += 1),
    gone: () => (heard.gone += 1),
  });
  return { wire, stream, heard, endTurn, turns, traffic };
}

/** A socket and its peer, which goes on when the other side has ended. */
async function connected(): Promise<{ readonly socket: Socket; readonly peer: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peer = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [socket] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    peer.destroy();
    socket.destroy();
    server.close();
  });
  return { socket, peer };
}

describe('a wire of bytes', () => {
  it('writes once a turn, however much is said in it', () => {
    const { wire, stream, endTurn, turns, traffic } = setUp();
    for (const text of ['<a/>', '<b/>', '<c/>']) wire.write(text);
    expect(stream.chunks).toEqual([]);
    expect(turns).toHaveLength(1);
    endTurn();
    expect(stream.chunks).toEqual(['<a/><b/><c/>']);
    expect(traffic.bytesSent).toBe(12);
  });

  it('does not wait for the end of a turn in which very much is said', () => {
    const { wire, stream } = setUp();
    wire.write('x'.repeat(70_000));
    expect(stream.chunks).toHaveLength(1);
    expect(wire.ready).toBe(false);
  });

  it('is not ready while the peer takes less than it is given, and tells when it is again', async () => {
    const { wire, stream, heard, endTurn } = setUp();
    wire.write('x'.repeat(2000));
    expect(wire.ready).toBe(true);
    endTurn();
    expect(wire.ready).toBe(false);
    stream.leave();
    await new Promise(setImmediate);
    expect(wire.ready).toBe(true);
    expect(heard.drained).toBe(1);
  });

  it('reads what comes, in whatever pieces, and nothing while it is paused', async () => {
    const { wire, stream, heard } = setUp();
    stream.push(openingTag.slice(0, 20));
    stream.push(openingTag.slice(20));
    await new Promise(setImmediate);
    expect(heard.events.map(({ kind }) => kind)).toEqual(['streamOpened']);
    wire.pause();
    stream.push('<presence/>');
    await new Promise(setImmediate);
    expect(heard.events).toHaveLength(1);
    wire.resume();
    await new Promise(setImmediate);
    expect(heard.events).toHaveLength(2);
  });

  it('takes text from streams that decode it', async () => {
    const { stream, heard } = setUp();
    stream.setEncoding('utf8');
    stream.push(openingTag);
    await new Promise(setImmediate);
    expect(heard.events).toHaveLength(1);
  });

  it('is gone once, by whatever end, and silent from then on', async () => {
    const { wire, stream, heard, endTurn } = setUp();
    stream.destroy(new Error('reset'));
    await new Promise(setImmediate);
    wire.write('<a/>');
    wire.destroy();
    endTurn();
    expect(heard.gone).toBe(1);
    expect(stream.chunks).toEqual([]);
  });

  it('writes what is pending before it ends, and nothing after', () => {
    const { wire, stream, endTurn } = setUp();
    wire.write('</stream:stream>');
    wire.end();
    expect(stream.chunks).toEqual(['</stream:stream>']);
    wire.write(' ');
    endTurn();
    endTurn();
    expect(stream.chunks).toEqual(['</stream:stream>']);
    expect(stream.writableEnded).toBe(true);
  });

  it('does not end its side before it has read that the peer has ended the other', async () => {
    const { wire, stream, heard, endTurn } = setUp();
    stream.push(null);
    wire.write('</stream:stream>');
    wire.end();
    endTurn();
    expect(stream.writableEnded).toBe(false);
    await new Promise(setImmediate);
    endTurn();
    expect(heard.gone).toBe(1);
    expect(stream.destroyed).toBe(true);
  });
});

describe('a wire whose peer has closed its stream (RFC 6120 §4.4)', () => {
  it('closes a plain socket at once: the last words arrive, and the end of the peer is not waited for', async () => {
    const { socket, peer } = await connected();
    const { wire, heard } = setUpOver(socket);
    wire.write('</stream:stream>');
    wire.endInTurn();
    expect(heard.gone).toBe(1);
    expect(socket.destroyed).toBe(true);
    expect(await text(peer)).toBe('</stream:stream>');
  });

  it('waits for what the peer of a plain socket has yet to take', async () => {
    const { socket, peer } = await connected();
    const { wire, heard, endTurn } = setUpOver(socket);
    // More than the kernel takes for a peer that does not read.
    const words = 'x'.repeat(16 * 1024 * 1024);
    wire.write(words);
    wire.endInTurn();
    expect(heard.gone).toBe(0);
    endTurn();
    endTurn();
    expect((await text(peer)).length).toBe(words.length);
  });

  it('says farewell in TLS, which the end of the socket would cut off (RFC 8446 §6.1)', async () => {
    const { socket, peer } = await connected();
    const { wire, heard, endTurn } = setUpOver(socket);
    const secured = wire.startTls(createSecureContext(await certificate()));
    const secure = connectTls({ socket: peer, rejectUnauthorized: false });
    await secured;
    const heardByPeer = text(secure);
    wire.endInTurn();
    expect(heard.gone).toBe(0);
    endTurn();
    endTurn();
    expect(await heardByPeer).toBe('');
  });

  it('leaves to a stream that was handed over how it ends', () => {
    const { wire, stream, heard, endTurn } = setUp();
    wire.endInTurn();
    expect(heard.gone).toBe(0);
    endTurn();
    endTurn();
    expect(stream.writableEnded).toBe(true);
    expect(stream.destroyed).toBe(false);
  });
});

describe('many wires', () => {
  it('share one callback a turn', () => {
    let scheduled = 0;
    const turns = new Turns(() => (scheduled += 1));
    const traffic = { bytesReceived: 0, bytesSent: 0 };
    const readers = new ReaderPool();
    const options = { framing: tcpFraming, limits: authenticatedLimits, turns, traffic, readers };
    const wires = Array.from({ length: 1000 }, () => new ByteWire(new Sink(), options));
    for (const wire of wires) wire.write('<presence/>');
    expect(scheduled).toBe(1);
  });
});
