/** Talks to the stream machine as a client would, in text; the shell's part is played by the test. */
import { authenticatedLimits, StreamParser, type StreamEvent } from '@rollcall/xmpp';
import { tcpFraming } from '../src/stream/framing.ts';
import { newStream, step } from '../src/stream/stream-machine.ts';
import type {
  StreamFacts,
  StreamInput,
  StreamOutput,
  StreamRules,
  StreamState,
} from '../src/stream/stream-state.ts';

export const openingTag =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";

export function rulesWith(changes: Partial<StreamRules> = {}): StreamRules {
  let count = 0;
  return {
    framing: tcpFraming,
    domains: ['localhost'],
    tlsAvailable: true,
    cleartextAuth: false,
    mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'],
    saslAttempts: 3,
    registration: false,
    sessionFeatures: '',
    randomId: () => `id${++count}`,
    ...changes,
  };
}

export class Conversation {
  state: StreamState;
  /** Outputs other than text, oldest first. */
  readonly wanted: Exclude<StreamOutput, { readonly kind: 'write' }>[] = [];
  readonly #rules: StreamRules;
  #parser = new StreamParser({ limits: authenticatedLimits });

  constructor(rules: StreamRules, known: Pick<StreamFacts, 'tls' | 'user'> = {}) {
    this.#rules = rules;
    this.state = newStream(known);
  }

  /** What the server writes in answer to what the client writes. */
  says(text: string): string {
    return this.#parser
      .write(Buffer.from(text))
      .map((event: StreamEvent) => this.hears(event))
      .join('');
  }

  /** What the server writes when this happens. */
  hears(input: StreamInput): string {
    const { state, outputs } = step(this.state, input, this.#rules);
    this.state = state;
    let text = '';
    for (const output of outputs) {
      if (output.kind === 'write') {
        text += output.text;
      } else {
        this.wanted.push(output);
        if (output.kind === 'restart' || output.kind === 'startTls') this.#parser.reset();
      }
    }
    return text;
  }

  /** The newest output of that kind, or an error. */
  last<K extends StreamOutput['kind']>(kind: K): Extract<StreamOutput, { readonly kind: K }> {
    const found = this.wanted.findLast((output) => output.kind === kind);
    if (!found) throw new Error(`no ${kind} among ${this.wanted.map((o) => o.kind).join(', ')}`);
    return found as Extract<StreamOutput, { readonly kind: K }>;
  }
}
