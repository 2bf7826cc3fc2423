// One message of JetStream as a delivery of the handshake queue.

import type { JsMsg } from '@nats-io/jetstream';
import { StoreError } from '@rollcall/store';
import type { QueueDelivery } from '@rollcall/store';
import { asStoreError } from '../connection/store-failure.ts';

export interface DeliverySetting {
  readonly shard: number;
  readonly retryDelayMs: number;
  isOpen(): boolean;
  /** Rejects without an answer. */
  ask(subject: string, body: string): Promise<unknown>;
}

export const idHeader = 'Rollcall-Id';

export function asDelivery(message: JsMsg, setting: DeliverySetting): QueueDelivery {
  const { shard, retryDelayMs } = setting;
  const id = decodeURIComponent(message.headers?.get(idHeader) ?? '');
  const attempt = message.info.deliveryCount;
  const reply = replySubjectOf(message);
  return {
    message: { id, shard, body: new Uint8Array(message.data) },
    attempt,
    async ack() {
      if (!setting.isOpen()) throw closedError();
      try {
        // Not `ackAck`, which says nothing the second time: what was not answered is said again.
        await setting.ask(reply, '+ACK');
      } catch (error) {
        throw asStoreError(error, `acknowledging a handshake of shard ${shard}`);
      }
    },
    retry: () => message.nak(retryDelayMs * 2 ** Math.min(attempt - 1, 6)),
  };
}

/** What it is acknowledged by. The client has it, and its types leave it out. */
function replySubjectOf(message: JsMsg & { readonly reply?: string }): string {
  if (!message.reply)
    throw new Error('this NATS client does not say what a message is answered by');
  return message.reply;
}

export function closedError(): StoreError {
  return new StoreError('store_closed', 'The handshake queue was closed.');
}
