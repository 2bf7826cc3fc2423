/** Faults in what one user's actor decides. */
import type { NodeOptions, PresenceCore } from '@rollcall/cluster';
import { presenceCore } from '@rollcall/cluster';
import type { Effect, Input, SavedPart, UserState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';

type Decide = PresenceCore['decide'];

/** A node whose core decides otherwise. `make` is called once per life. */
function withCore(make: (real: PresenceCore) => Partial<PresenceCore>) {
  return (options: NodeOptions): NodeOptions => ({
    ...options,
    coreOf: (rules, upSinceMs) => {
      const real = presenceCore(rules, upSinceMs);
      return { ...real, ...make(real) };
    },
  });
}

/** Everything has its effects at once; what was to be saved first is written when the actor is idle. */
export const acknowledgesBeforeSaving = withCore((real) => {
  const owed = new Map<BareJid, Map<SavedPart['part'], SavedPart>>();
  return {
    isDirty: (state) => owed.has(state.jid) || real.isDirty(state),
    decide: (state, input, nowMs) => {
      const { state: next, effects } = real.decide(state, input, nowMs);
      const [first, ...rest] = effects;
      const isSave = first?.kind === 'save';
      const parts = owed.get(state.jid) ?? new Map<SavedPart['part'], SavedPart>();
      for (const part of isSave ? first.parts : []) parts.set(part.part, part);
      if (parts.size > 0) owed.set(state.jid, parts);
      const others = isSave ? rest : effects;
      if (input.kind !== 'idle' || parts.size === 0) return { state: next, effects: others };
      owed.delete(state.jid);
      return { state: next, effects: [{ kind: 'save', parts: [...parts.values()] }, ...others] };
    },
  };
});

/** What a former owner had not put into the queue stays where it is. */
export const forgetsTheOutbox = withCore((real) => ({
  decide: (state, input, nowMs) => {
    const decision = real.decide(state, input, nowMs);
    if (input.kind !== 'woken') return decision;
    return { ...decision, effects: decision.effects.filter(({ kind }) => kind !== 'publish') };
  },
}));

/** Whoever asks is answered as if nobody were blocked. */
export const answersTheBlocked = withCore((real) => ({
  decide: onStateFor(real, 'probeArrived', (state) => ({
    ...state,
    policy: real.emptyState(state.jid, true).policy,
  })),
}));

/** Those who saw a session by directed presence are not told when it goes. */
export const forgetsDirectedPresence = withCore((real) => ({
  decide: onStateFor(real, 'sessionEnded', (state) => {
    const sessions = [...state.sessions].map(
      ([resource, session]) => [resource, { ...session, directedTo: new Set<never>() }] as const,
    );
    return { ...state, sessions: new Map(sessions) };
  }),
}));

/** A new owner knows that sessions are there, and nothing of what they have said. */
export const losesTheMemo = withCore((real) => ({
  decide: (state, input, nowMs) => {
    if (input.kind !== 'sessionRestored') return real.decide(state, input, nowMs);
    const { presence: _presence, held: _held, ...rest } = input.memo;
    const memo = { ...rest, shown: false, interested: false, directedTo: [] };
    return real.decide(state, { ...input, memo }, nowMs);
  },
}));

/** What the store has lost is known, and not saved again. */
export const keepsWhatWasLost = withCore(() => ({ asUnsaved: (state) => state }));

/** Of two sessions with one address the older is not told that its place was taken. */
export const keepsTheOlder = withCore((real) => ({
  decide: (state, input, nowMs) => {
    const decision = real.decide(state, input, nowMs);
    const effects = decision.effects.filter(
      (effect) => effect.kind !== 'closeSession' || effect.condition !== 'conflict',
    );
    return { ...decision, effects };
  },
}));

/** Decides on another state, and keeps of it only what was decided. */
function onStateFor(
  real: PresenceCore,
  kind: Input['kind'],
  altered: (state: UserState) => UserState,
): Decide {
  return (state, input, nowMs) => {
    if (input.kind !== kind) return real.decide(state, input, nowMs);
    const { state: next, effects } = real.decide(altered(state), input, nowMs);
    return {
      state: { ...next, policy: state.policy },
      effects: effects satisfies readonly Effect[],
    };
  };
}
