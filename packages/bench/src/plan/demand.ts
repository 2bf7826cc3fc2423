// What the users of a deployment do, per second.

export interface Habits {
  readonly users: number;
  readonly online: number;
  /** Contacts in a roster. */
  readonly roster: number;
  /** Of presence, of one who is online. */
  readonly changesPerHour: number;
  /** And as many logouts, of one who is online. */
  readonly loginsPerHour: number;
  /** Mutual subscriptions, of one who is online. */
  readonly handshakesPerHour: number;
}

export interface Demand {
  readonly online: number;
  readonly roster: number;
  /** Contacts who are online when a user does something. */
  readonly watchers: number;
  readonly changesPerSecond: number;
  readonly loginsPerSecond: number;
  readonly handshakesPerSecond: number;
  /** Presences that are written to clients. */
  readonly deliveriesPerSecond: number;
}

export function demandOf(habits: Habits): Demand {
  const { users, online, roster } = habits;
  const perSecond = (perHour: number) => (online * perHour) / 3600;
  // Contacts are online as often as anybody.
  const watchers = roster * Math.min(1, online / users);
  const changesPerSecond = perSecond(habits.changesPerHour);
  const loginsPerSecond = perSecond(habits.loginsPerHour);
  // A login shows the user to the contacts and them to the user; a logout shows that the user is gone.
  const perLogin = 3 * watchers;
  return {
    online,
    roster,
    watchers,
    changesPerSecond,
    loginsPerSecond,
    handshakesPerSecond: perSecond(habits.handshakesPerHour),
    deliveriesPerSecond: changesPerSecond * watchers + loginsPerSecond * perLogin,
  };
}
