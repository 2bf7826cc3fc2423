/** The elements of stream management (XEP-0198), read; what they do is the session's. */
import { attrOf, NS, type StanzaErrorCondition, type XmlElement } from '@rollcall/xmpp';
import { answer, fail, goOn } from './ending.ts';
import type { ManagementRequest, StreamRules, StreamState, StreamStep } from './stream-state.ts';

/** Before a resource is bound only resumption may be asked for. */
export function resume(state: StreamState, element: XmlElement, rules: StreamRules): StreamStep {
  const { facts } = state;
  const id = attrOf(element, 'previd');
  const handled = count(attrOf(element, 'h'));
  if (element.name !== 'resume' || facts.user === undefined) {
    return answer(state, failedXml('unexpected-request'));
  }
  if (id === undefined || handled === undefined) return answer(state, failedXml('bad-request'));
  if (!rules.sessionFeatures.includes(NS.sm3)) {
    return answer(state, failedXml('feature-not-implemented'));
  }
  return goOn(
    facts,
    { phase: 'resuming' },
    { kind: 'askResumption', user: facts.user, id, handled },
  );
}

/** On a bound stream. */
export function manage(state: StreamState, element: XmlElement, rules: StreamRules): StreamStep {
  const request = readManagement(element);
  if (request === undefined)
    return fail(state, rules, 'policy-violation', 'not a request of XEP-0198');
  if (request === 'resume' || !rules.sessionFeatures.includes(NS.sm3)) {
    return answer(state, failedXml('unexpected-request'));
  }
  return { state, outputs: [{ kind: 'management', request }] };
}

function readManagement(element: XmlElement): ManagementRequest | 'resume' | undefined {
  switch (element.name) {
    case 'enable': {
      const maxSeconds = count(attrOf(element, 'max'));
      const resumable = attrOf(element, 'resume') ?? 'false';
      return {
        kind: 'enable',
        resume: resumable === 'true' || resumable === '1',
        ...(maxSeconds === undefined ? {} : { maxSeconds }),
      };
    }
    case 'r':
      return { kind: 'request' };
    case 'a': {
      const handled = count(attrOf(element, 'h'));
      return handled === undefined ? undefined : { kind: 'acknowledge', handled };
    }
    case 'resume':
      return 'resume';
    default:
      return undefined;
  }
}

/** `xs:unsignedInt` */
function count(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value < 2 ** 32 ? value : undefined;
}

export function failedXml(condition: StanzaErrorCondition, handled?: number): string {
  const h = handled === undefined ? '' : ` h='${handled}'`;
  return `<failed xmlns='${NS.sm3}'${h}><${condition} xmlns='${NS.stanzas}'/></failed>`;
}
