/** Faults in what processes tell each other. */
import type { Frame, NodeOptions, ProcessId } from '@rollcall/cluster';

/** A node whose frames are altered on their way out; none is sent where there is none. */
function sending(make: () => (to: ProcessId, frame: Frame) => Frame) {
  return (options: NodeOptions): NodeOptions => ({
    ...options,
    joinBus: async (self) => {
      const bus = await options.joinBus(self);
      const alter = make();
      const send = (to: ProcessId, frame: Frame) => bus.send(to, alter(to, frame));
      return {
        self: bus.self,
        get connected() {
          return bus.connected;
        },
        send,
        sendTogether: (together) => {
          for (const [to, frames] of together) for (const frame of frames) send(to, frame);
        },
        onFrame: (handler) => bus.onFrame(handler),
        onUnreadable: (handler) => bus.onUnreadable(handler),
        onState: (handler) => bus.onState(handler),
        close: () => bus.close(),
      };
    },
  });
}

/** Frames are dealt with by whatever shard map the receiver has. */
export const ignoresEpochs = sending(
  () => (_to, frame) => (frame.kind === 'data' ? { ...frame, epoch: 0 } : frame),
);

/** What is sent again because it may have been lost is dealt with twice. */
export const deliversTwice = sending(() => {
  const sent = new Map<string, number>();
  return (to, frame) => {
    if (frame.kind !== 'data') return frame;
    const key = `${to} ${frame.stream}`;
    if (frame.number > (sent.get(key) ?? 0)) {
      sent.set(key, frame.number);
      return frame;
    }
    return { ...frame, envelopes: [...frame.envelopes, ...frame.envelopes] };
  };
});

/** A new owner serves at once: it is told that there are no sessions, as if all had been announced. */
export const doesNotSettle = sending(() => (_to, frame) => {
  if (frame.kind !== 'data') return frame;
  const envelopes = frame.envelopes.map((envelope) =>
    envelope.kind === 'announce'
      ? { ...envelope, sessions: [], clean: true, done: true }
      : envelope,
  );
  return { ...frame, envelopes };
});
