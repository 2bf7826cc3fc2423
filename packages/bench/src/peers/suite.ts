// What servers are compared by: scenarios in a size, and which of their figures make the table.

import type { Staging } from '../scenario/catalogue.ts';

export interface Measure {
  /** A row of the table. */
  readonly label: string;
  readonly unit: string;
  /** Of the figure. */
  readonly key: string;
  /** From the figure's unit to the row's. */
  readonly factor?: number;
}

export interface Entry extends Staging {
  readonly measures: readonly Measure[];
  /** One that variants are measured by, too. */
  readonly isMain?: boolean;
}

const perDelivery = (label: string, phase: string): Measure => ({
  label,
  unit: 'µs',
  key: `${phase}.cpuUsPerDelivery`,
});
const cpuMs = (label: string, phase: string): Measure => ({
  label,
  unit: 'ms',
  key: `${phase}.cpuMsPerOperation`,
});
const milliseconds = (label: string, key: string): Measure => ({ label, unit: 'ms', key });

/** `scale` multiplies the numbers of users: 1 for the table that is published. */
export function suite(scale: number): readonly Entry[] {
  const size = (full: number) => Math.max(20, Math.round(full * scale));
  const words = (full: number) => size(full).toLocaleString('en-US');
  const thousand = `broadcast to ${words(1000)} online`;
  const many = `broadcast to ${words(5000)} online`;
  return [
    {
      scenario: 'raw',
      options: { contacts: size(1000) },
      measures: [perDelivery(`${thousand}: CPU per delivery`, 'raw')],
    },
    {
      scenario: 'raw',
      options: { contacts: size(5000), changes: 20, warmUp: 5 },
      measures: [perDelivery(`${many}: CPU per delivery`, 'raw')],
    },
    {
      scenario: 'broadcast',
      // Of several processes each compiles its own share: short runs would tell of that.
      options: { contacts: size(1000), warmUp: 100, skipRaw: true },
      isMain: true,
      measures: [
        perDelivery(`${thousand}: CPU per delivery`, 'paced'),
        {
          label: `${thousand}: the same, less what the server uses at rest`,
          unit: 'µs',
          key: 'paced.netUsPerDelivery',
        },
        milliseconds(`${thousand}: until all have seen it`, 'paced.reachMs'),
        perDelivery(`${thousand}, in a burst: CPU per delivery`, 'burst'),
      ],
    },
    {
      scenario: 'broadcast',
      options: { contacts: size(5000), changes: 20, burst: 10, warmUp: 5, skipRaw: true },
      measures: [perDelivery(`${many}: CPU per delivery`, 'paced')],
    },
    loginEntry(size(5000), 1, 'all online'),
    loginEntry(size(5000), 0.1, 'a tenth online'),
    {
      scenario: 'storm',
      options: { sessions: size(1000), contacts: 50 },
      isMain: true,
      measures: [
        cpuMs('stream and authentication alone: CPU', 'stream'),
        cpuMs(`storm of ${words(1000)} logins, 50 contacts each: CPU per login, all in`, 'storm'),
      ],
    },
    {
      scenario: 'churn',
      options: { sessions: size(500), contacts: 20, seconds: 5, warmUpSeconds: 1 },
      measures: [
        milliseconds(`churn of ${words(500)} users: staleness, median`, 'churn.p50Ms'),
        milliseconds(`churn of ${words(500)} users: staleness, p99`, 'churn.p99Ms'),
        perDelivery(`churn of ${words(500)} users: CPU per delivery`, 'churn'),
      ],
    },
    {
      scenario: 'handshake',
      options: { pairs: size(300) },
      measures: [cpuMs('mutual subscription, pushes included: CPU', 'handshake')],
    },
    {
      scenario: 'logout',
      options: { sessions: size(5000), warmUp: size(5000) },
      measures: [
        {
          label: `logout of ${words(5000)} after as many: CPU per session`,
          unit: 'µs',
          key: 'logout.cpuMsPerOperation',
          factor: 1000,
        },
      ],
    },
    {
      scenario: 'idle',
      options: { sessions: size(3000), contacts: 10, seconds: 2 },
      measures: [{ label: 'memory per idle session', unit: 'KiB', key: 'idle.kibPerSession' }],
    },
  ];
}

function loginEntry(contacts: number, online: number, who: string): Entry {
  const what = `login with ${contacts.toLocaleString('en-US')} contacts, ${who}`;
  const roster = milliseconds(
    `roster of ${contacts.toLocaleString('en-US')} fetched: CPU`,
    'roster.cpuMsPerOperation',
  );
  return {
    scenario: 'login',
    options: { contacts, online, logins: 3 },
    measures: [
      cpuMs(`${what}: CPU until all presence is exchanged`, 'login'),
      ...(online === 1 ? [roster] : []),
    ],
  };
}
