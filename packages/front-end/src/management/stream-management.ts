/** Stream management on one session (XEP-0198): what its requests are answered with. */
import { NS, type StreamErrorCondition } from '@rollcall/xmpp';
import { failedXml } from '../stream/managing.ts';
import type { ManagementRequest } from '../stream/stream-state.ts';
import { Acknowledgements } from './acknowledgements.ts';

export interface ManagementAnswer {
  readonly say?: string;
  readonly end?: {
    readonly condition: StreamErrorCondition;
    readonly text: string;
    readonly extra: string;
  };
}

export interface Resumption {
  readonly id: string;
  readonly waitMs: number;
}

export const requestXml = `<r xmlns='${NS.sm3}'/>`;

export class StreamManagement {
  readonly acknowledgements = new Acknowledgements();
  /** Present where the client may resume. */
  readonly resumption: Resumption | undefined;

  constructor(resumption?: Resumption) {
    this.resumption = resumption;
  }

  enabledXml(): string {
    if (!this.resumption) return `<enabled xmlns='${NS.sm3}'/>`;
    const { id, waitMs } = this.resumption;
    return `<enabled xmlns='${NS.sm3}' id='${id}' resume='true' max='${Math.floor(waitMs / 1000)}'/>`;
  }

  resumedXml(): string {
    const { handled } = this.acknowledgements;
    return `<resumed xmlns='${NS.sm3}' previd='${this.resumption?.id ?? ''}' h='${handled}'/>`;
  }

  answer(request: ManagementRequest): ManagementAnswer {
    switch (request.kind) {
      case 'enable':
        return { say: failedXml('unexpected-request') };
      case 'request':
        return { say: `<a xmlns='${NS.sm3}' h='${this.acknowledgements.handled}'/>` };
      case 'acknowledge':
        return this.#acknowledge(request.handled);
    }
  }

  #acknowledge(handled: number): ManagementAnswer {
    const { acknowledgements } = this;
    if (acknowledgements.acknowledge(handled)) return {};
    const { sent } = acknowledgements;
    const text = `you acknowledged ${handled} stanzas, but were sent ${sent}`;
    const extra = `<handled-count-too-high xmlns='${NS.sm3}' h='${handled}' send-count='${sent}'/>`;
    return { end: { condition: 'undefined-condition', text, extra } };
  }
}
