// RFC 3921 §9.2 and §9.3, transcribed by hand and apart from `tables.ts`: a line per state, in the order of §9.1.
// Outbound: routed or not, and the new state. Inbound: delivered or not, the new state, the automatic reply.
// "=" is no change.

const names: Readonly<Record<string, string>> = {
  N: 'None',
  'N+O': 'None + Pending Out',
  'N+I': 'None + Pending In',
  'N+OI': 'None + Pending Out/In',
  T: 'To',
  'T+I': 'To + Pending In',
  F: 'From',
  'F+O': 'From + Pending Out',
  B: 'Both',
};

const outboundText = {
  // "The server MUST always route or deliver", both §9.2.
  subscribe: `
    N     routed  N+O
    N+O   routed  =
    N+I   routed  N+OI
    N+OI  routed  =
    T     routed  =
    T+I   routed  =
    F     routed  F+O
    F+O   routed  =
    B     routed  =`,
  unsubscribe: `
    N     routed  =
    N+O   routed  N
    N+I   routed  =
    N+OI  routed  N+I
    T     routed  N
    T+I   routed  N+I
    F     routed  =
    F+O   routed  F
    B     routed  F`,
  // Table 1.
  subscribed: `
    N     kept    =
    N+O   kept    =
    N+I   routed  F
    N+OI  routed  F+O
    T     kept    =
    T+I   routed  B
    F     kept    =
    F+O   kept    =
    B     kept    =`,
  // Table 2.
  unsubscribed: `
    N     kept    =
    N+O   kept    =
    N+I   routed  N
    N+OI  routed  N+O
    T     kept    =
    T+I   routed  T
    F     routed  N
    F+O   routed  N+O
    B     routed  T`,
};

const inboundText = {
  // Table 3.
  subscribe: `
    N     shown   N+I
    N+O   shown   N+OI
    N+I   hidden  =
    N+OI  hidden  =
    T     shown   T+I
    T+I   hidden  =
    F     hidden  =     subscribed
    F+O   hidden  =     subscribed
    B     hidden  =     subscribed`,
  // Table 4.
  unsubscribe: `
    N     hidden  =
    N+O   hidden  =
    N+I   shown   N     unsubscribed
    N+OI  shown   N+O   unsubscribed
    T     hidden  =
    T+I   shown   T     unsubscribed
    F     shown   N     unsubscribed
    F+O   shown   N+O   unsubscribed
    B     shown   T     unsubscribed`,
  // Table 5.
  subscribed: `
    N     hidden  =
    N+O   shown   T
    N+I   hidden  =
    N+OI  shown   T+I
    T     hidden  =
    T+I   hidden  =
    F     hidden  =
    F+O   shown   B
    B     hidden  =`,
  // Table 6.
  unsubscribed: `
    N     hidden  =
    N+O   shown   N
    N+I   hidden  =
    N+OI  shown   N+I
    T     shown   N
    T+I   shown   N+I
    F     hidden  =
    F+O   shown   F
    B     shown   F`,
};

export interface TranscribedRow {
  readonly state: string;
  /** Routed if outbound, shown to clients if inbound. */
  readonly passes: boolean;
  readonly next: string;
  readonly reply: string | undefined;
}

export const transcribedOutbound = transcribe(outboundText);
export const transcribedInbound = transcribe(inboundText);

function transcribe<Type extends string>(
  tables: Readonly<Record<Type, string>>,
): Readonly<Record<Type, readonly TranscribedRow[]>> {
  const rows = Object.entries<string>(tables).map(([type, text]) => [
    type,
    text.trim().split('\n').map(readRow),
  ]);
  return Object.fromEntries(rows) as Record<Type, readonly TranscribedRow[]>;
}

function readRow(line: string): TranscribedRow {
  const [state = '', passage = '', next = '', reply] = line.trim().split(/\s+/);
  return {
    state: nameOf(state),
    passes: passage === 'routed' || passage === 'shown',
    next: nameOf(next === '=' ? state : next),
    reply,
  };
}

function nameOf(code: string): string {
  const name = names[code];
  if (name === undefined) throw new Error(`no state is called ${code}`);
  return name;
}
