import { unauthenticatedLimits, authenticatedLimits, type XmlLimits } from '@rollcall/xmpp';
import type { FrontEndLimits } from './limits.ts';

/** For a client that has logged in. */
export function userXmlLimits(limits: FrontEndLimits): XmlLimits {
  return {
    ...authenticatedLimits,
    stanzaBytes: limits.stanzaBytes,
    depth: limits.stanzaDepth,
    childrenPerElement: limits.childrenPerElement,
    attributesPerElement: limits.attributesPerElement,
  };
}

/** Of the rest, strangers get the fixed little that a login needs. */
export function strangerXmlLimits(limits: FrontEndLimits): XmlLimits {
  return { ...unauthenticatedLimits, stanzaBytes: limits.stanzaBytesBeforeLogin };
}
