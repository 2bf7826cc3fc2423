/**
 * What an actor knows, and the lists of hearers that it is on while it is quiet. What is said to a list is not brought to
 * the actor: it is taken in before the state is used for anything else.
 */
import type { Hearing, SessionRef, StampedPresence, UserState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import { Attendance, type HearerList } from './attendance.ts';
import type { PresenceCore } from './presence-core.ts';

export class HeardState {
  /** Undefined while the record is being read. */
  state: UserState | undefined;
  readonly #user: BareJid;
  readonly #core: PresenceCore;
  #attendance: Attendance | undefined;

  constructor(user: BareJid, core: PresenceCore) {
    this.#user = user;
    this.#core = core;
  }

  present(): UserState {
    if (this.state === undefined) throw new Error(`the actor of ${this.#user} is not loaded`);
    return this.state;
  }

  overhear(presence: StampedPresence, contact: BareJid): readonly SessionRef[] | 'decide' {
    if (this.state === undefined) return 'decide';
    const hearing = this.#core.overhear(this.state, presence, contact);
    if (hearing === 'decide') return hearing;
    this.state = hearing.state;
    return hearing.to;
  }

  /**
   * As `overhear` of what the list was told last. If the answer lasts, the actor has that place on the list, and says
   * when it is to be asked again.
   */
  attend(list: HearerList, place: number): Hearing | 'decide' {
    if (this.state === undefined) return 'decide';
    const hearing = this.#core.overhear(this.state, list.last, list.contact);
    if (hearing === 'decide') return hearing;
    const remembers = hearing.state !== this.state;
    this.state = hearing.state;
    if (hearing.lasts)
      (this.#attendance ??= new Attendance(this.#core)).add(list, place, remembers);
    return hearing;
  }

  /** The list is no more. */
  forgetList(list: HearerList): void {
    if (this.#attendance === undefined) return;
    this.catchUp();
    this.#attendance.remove(list);
    if (this.#attendance.isEmpty) this.#attendance = undefined;
  }

  /** What was said to its lists comes before the next letter. The state then; undefined where it is on none. */
  catchUp(): UserState | undefined {
    if (this.#attendance === undefined) return undefined;
    return (this.state = this.#attendance.caughtUp(this.present()));
  }

  /** Where the actor is quiet again and hears as before, what the lists say of it still holds. */
  leaveListsUnlessSame(before: UserState | undefined, isQuiet: boolean): void {
    if (this.#attendance === undefined) return;
    const holds = isQuiet && before !== undefined && this.#core.hearsAlike(before, this.present());
    if (!holds) this.leaveLists();
  }

  leaveLists(): void {
    this.#attendance?.leave();
    this.#attendance = undefined;
  }
}
