/** Privacy lists and the blocking command, with what follows from them at once. */

import { handleBlockingIq } from '../privacy/blocking-iq.ts';
import { handlePrivacyIq } from '../privacy/privacy-iq.ts';
import type { PolicyChange } from '../privacy/policy-change.ts';
import type { IqRequest } from '../routing/iq-reply.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { tellVisibilityChange } from './visibility-change.ts';

export function servePolicy(
  turn: Turn,
  session: Session,
  service: 'privacy' | 'blocking',
  iq: IqRequest,
): void {
  const { policy, rules, sessions, roster } = turn.state;
  const handle = service === 'privacy' ? handlePrivacyIq : handleBlockingIq;
  const change = handle(
    {
      policy,
      limits: rules,
      session,
      sessions: [...sessions.values()],
      hasGroup: (group) => hasGroup(turn.state, group),
      pushId: `policy-${turn.nowMs}-${roster.clock}-${session.seq}`,
    },
    iq,
  );
  apply(turn, session, change);
  turn.emit({ kind: 'deliver', to: [session.ref], stanza: change.reply });
  for (const { to, stanza } of change.pushes) turn.emit({ kind: 'deliver', to, stanza });
}

function apply(turn: Turn, session: Session, change: PolicyChange): void {
  const { policy, activeList, wantsBlockPushes } = change;
  const before = turn.state;
  if (policy !== undefined) {
    turn.update({ policy });
    turn.markDirty('head');
    turn.mustSave();
  }
  if (activeList !== undefined) {
    turn.putSession({ ...session, activeList: activeList.name });
  }
  if (wantsBlockPushes === true) turn.putSession({ ...session, wantsBlockPushes });
  if (policy !== undefined || activeList !== undefined) tellVisibilityChange(turn, before);
}

function hasGroup({ roster }: UserState, group: string): boolean {
  for (const { listed, groups } of roster.entries()) {
    if (listed && groups.includes(group)) return true;
  }
  return false;
}
