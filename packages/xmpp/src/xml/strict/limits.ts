/** Bounds on what one peer may make us hold or walk. Exceeding one is a `policy-violation`. */
export interface XmlLimits {
  /** Bytes of UTF-8 in one top-level element. */
  readonly stanzaBytes: number;
  /** Elements within each other; a top-level element is at depth 1. */
  readonly depth: number;
  /** Child elements directly within one element. */
  readonly childrenPerElement: number;
  /** Attributes on one element, namespace declarations included. */
  readonly attributesPerElement: number;
  /** Bytes up to the end of the stream's own start tag. */
  readonly headerBytes: number;
  /** Bytes in the name of an element or attribute, and in that of a namespace; 256 if left out. */
  readonly nameLength?: number;
}

export const defaultNameLength = 256;

/** For a peer that has not said who it is. */
export const unauthenticatedLimits: XmlLimits = {
  stanzaBytes: 64 * 1024,
  depth: 32,
  childrenPerElement: 256,
  attributesPerElement: 32,
  headerBytes: 4096,
};

/** For a peer that has logged in. */
export const authenticatedLimits: XmlLimits = {
  stanzaBytes: 256 * 1024,
  depth: 64,
  childrenPerElement: 8192,
  attributesPerElement: 64,
  headerBytes: 4096,
};
