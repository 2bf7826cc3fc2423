/** Takes what comes to a life, for the process itself or for a shard that it serves. What one envelope does wrong is its own. */
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import type { Succession } from '../engine/succession.ts';
import type { Envelope, ToOwner } from '../envelope/envelope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ProcessId } from '../process/process-id.ts';
import { dispatch, type Parts } from './dispatch.ts';

export interface ReceptionOptions extends Parts {
  readonly engine: Engine;
  readonly succession: Succession;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class Reception {
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Never throws. */
  take(from: ProcessId, envelope: Envelope): void {
    try {
      dispatch(from, envelope, this.#options);
    } catch (error) {
      const { metrics, log } = this.#options;
      metrics.count('envelopes_failed');
      log.error({ event: 'envelope_failed', kind: envelope.kind, from, err: error });
    }
  }

  /** What has come for a shard that is served here. */
  serve(envelope: ToOwner): void {
    const { engine, succession, post } = this.#options;
    if (envelope.kind !== 'audit') {
      engine.receive(envelope);
      return;
    }
    const { replyTo } = envelope;
    void succession.gone(envelope.sessions).then((sessions) => {
      if (sessions.length > 0) post.send(replyTo as ProcessId, { kind: 'gone', sessions });
    });
  }
}
