// One user has a very large roster: do the others notice when that user logs in, changes presence, removes a contact?

import { figure, type Figure } from '../measure/figure.ts';
import { Histogram } from '../measure/histogram.ts';
import { count, decimal, type ValuesOf } from '../option/option.ts';
import { circle, range, type Population } from '../population/population.ts';
import { phrase, times, whole } from '../report/wording.ts';
import { gatherCircle } from './churn.ts';
import { saySteadily } from './pace.ts';
import type { FigureBook, ScenarioDefinition } from './scenario.ts';
import type { Stage } from './stage.ts';

const options = {
  contacts: count(50_000, 'contacts in the large roster'),
  online: count(1000, 'of them online; each visit removes one'),
  sessions: count(300, 'other users online'),
  otherContacts: count(20, 'contacts of each of them, all among them'),
  rate: decimal(100, 'changes of presence per second, of the others together'),
  seconds: decimal(10, 'seconds of changes without the large roster, and with it'),
  visits: count(1, 'times that its user comes, changes presence, removes a contact and goes'),
};

type Values = ValuesOf<typeof options>;

export const giant: ScenarioDefinition<typeof options> = {
  name: 'giant',
  summary: 'a user with a very large roster comes, changes, removes a contact: do others notice',
  options,
  play: (values) => ({
    title: `a roster of ${whole(values.contacts)}, ${whole(values.online)} of them online, beside ${whole(values.sessions)} others`,
    population: populationOf(values),
    act: (stage) => act(stage, values),
    conclude: (figures) => conclude(figures, values),
  }),
};

/** First the others, then the one with the large roster, then the contacts that have an account, then those without. */
function populationOf({ contacts, online, sessions, otherContacts }: Values): Population {
  const others = circle(sessions, otherContacts);
  const ofGiant = range(sessions + 1, sessions + 1 + contacts);
  return {
    size: sessions + 1 + online,
    contactsOf: (user) => {
      if (user < sessions) return others.contactsOf(user);
      return user === sessions ? ofGiant : [sessions];
    },
  };
}

async function act(stage: Stage, values: Values): Promise<void> {
  const { sessions, otherContacts, online, rate: perSecond, seconds } = values;
  const operation = { singular: 'change', plural: 'changes' };
  const plan = { operation, latency: 'from change to sight, of the others' };
  // On a stage of their own, so that what the others see is told apart.
  const own = stage.beside();
  try {
    const contacts = range(sessions + 1, sessions + 1 + online);
    await own.each('contacts log in', contacts, (user) => own.crowd.arrive(user));
    const next = await gatherCircle(stage, sessions, otherContacts);
    const churn = async (label: string, until?: Promise<unknown>) => ({
      operations: await saySteadily(stage, { label, perSecond, seconds, next, until }),
    });
    await churn('warming up');
    await stage.phase({ ...plan, name: 'before' }, () => churn('before'));
    await stage.phase({ ...plan, name: 'meanwhile' }, async () => {
      const acts = giantActs(own, values, contacts);
      const [result, figures] = await Promise.all([churn('meanwhile', acts), acts]);
      stage.add(...figures);
      return result;
    });
    stage.join(own.outcome());
  } finally {
    own.crowd.disperse();
  }
}

interface Act {
  readonly label: string;
  readonly tookUs: Histogram;
}

/** Comes, changes presence, removes a contact and goes, again and again; resolves with how long each took. */
async function giantActs(
  stage: Stage,
  values: Values,
  contacts: readonly number[],
): Promise<readonly Figure[]> {
  const acts = new Map<string, Act>();
  const taking = async (measure: string, label: string, work: () => Promise<unknown>) => {
    const act = acts.get(measure) ?? { label, tookUs: new Histogram() };
    acts.set(measure, act);
    const beganMs = performance.now();
    await work();
    act.tookUs.record((performance.now() - beganMs) * 1000);
  };
  for (const removed of contacts.slice(0, values.visits))
    await giantVisit(stage, { user: values.sessions, contacts, removed, taking });
  return [...acts].map(([measure, { label, tookUs }]) =>
    figure('giant', measure, label, 'ms', tookUs.quantile(0.5) / 1000),
  );
}

interface Visit {
  readonly user: number;
  /** Those online; those removed by earlier visits, which come before `removed`, are no contacts any more. */
  readonly contacts: readonly number[];
  readonly removed: number;
  readonly taking: (measure: string, label: string, work: () => Promise<unknown>) => Promise<void>;
}

async function giantVisit(stage: Stage, { user, contacts, removed, taking }: Visit): Promise<void> {
  const { crowd, target } = stage;
  await crowd.connect(user);
  await taking('rosterMs', 'roster received', () => crowd.fetchRoster(user));
  for (const contact of contacts.slice(contacts.indexOf(removed))) {
    crowd.ledger.watch(contact, user);
    crowd.ledger.watch(user, contact, true);
  }
  const say = () => {
    crowd.say(user);
    return crowd.settled();
  };
  await taking('arrivalMs', 'presence exchanged', say);
  await taking('changeMs', 'a change seen by all', say);
  crowd.ledger.unwatch(removed, user);
  crowd.ledger.unwatch(user, removed);
  const item = `<item jid='${target.accounts.jidOf(removed)}' subscription='remove'/>`;
  await taking('removalMs', 'a contact removed', () =>
    crowd.client(user).ask('set', `<query xmlns='jabber:iq:roster'>${item}</query>`),
  );
  await crowd.leave(user);
  await crowd.settled();
}

function conclude(figures: FigureBook, { contacts, visits }: Values): string {
  const [before, meanwhile] = [
    figures.get('before.p99Ms') ?? NaN,
    figures.get('meanwhile.p99Ms') ?? NaN,
  ];
  return (
    `While a user with ${whole(contacts)} contacts came and went${visits === 1 ? '' : ` ${whole(visits)} times`}, the others' p99 latency was ` +
    `${phrase(meanwhile, 'ms')}, ${times(meanwhile / before)} that of before, and nobody waited longer than ` +
    `${phrase(figures.get('meanwhile.maxMs'), 'ms')}; the roster took ` +
    `${phrase(figures.get('giant.rosterMs'), 'ms')}, and presence ${phrase(figures.get('giant.arrivalMs'), 'ms')}.`
  );
}
