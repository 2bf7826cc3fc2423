// The cost model: demand times measured costs, spread over processes that each have one core for JavaScript.

import type { BusCosts, Constants, RoleCosts } from './constants.ts';
import type { Demand } from './demand.ts';

export interface Sizing {
  /** The share of a core that a process may use, from 0 to 1; the rest is for the day on which a node dies. */
  readonly load: number;
  /** That a process may use. */
  readonly processGiB: number;
  /** That one front-end may hold. */
  readonly sessionsPerFrontEnd: number;
}

export interface RolePlan {
  readonly processes: number;
  /** Of all together, at work. */
  readonly cores: number;
  /** Of all together. */
  readonly memoryGiB: number;
}

export interface ClusterPlan {
  readonly engines: RolePlan;
  readonly frontEnds: RolePlan;
  /** At work; a NATS server uses several, and its memory does not grow with sessions. */
  readonly natsCores: number;
  readonly messagesPerChange: number;
  readonly busMessagesPerSecond: number;
  readonly busMiBPerSecond: number;
}

/** µs of CPU in a second, of one role; `messageFactor` is how many more messages a change takes than in the measured run. */
function cpuUsPerSecond(costs: RoleCosts, demand: Demand, messageFactor = 1): number {
  const { changesPerSecond, loginsPerSecond, handshakesPerSecond, watchers, roster } = demand;
  const change = costs.changeUs * messageFactor + costs.deliveryUs * watchers;
  const login = costs.loginUs + costs.rosterItemUs * roster + costs.arrivalUs * 2 * watchers;
  const logout = costs.logoutUs + costs.deliveryUs * watchers;
  return (
    changesPerSecond * change +
    loginsPerSecond * (login + logout) +
    handshakesPerSecond * costs.handshakeUs
  );
}

function memoryGiB(costs: RoleCosts, demand: Demand, processes: number): number {
  const perSessionKiB = costs.sessionKiB + costs.rosterItemKiB * demand.roster;
  return (demand.online * perSessionKiB) / 1024 ** 2 + (processes * costs.baseMiB) / 1024;
}

/** What all of it would take in one process. */
export function planEmbedded({ embedded }: Constants, demand: Demand): RolePlan {
  return {
    processes: 1,
    cores: cpuUsPerSecond(embedded.server, demand) / 1e6,
    memoryGiB: memoryGiB(embedded.server, demand, 1),
  };
}

/**
 * Engines and front-ends are found by turns: more of them make a change take more messages, and messages cost. It ends,
 * because a change cannot take more messages than it has watchers.
 */
export function planCluster(
  cluster: NonNullable<Constants['cluster']>,
  demand: Demand,
  sizing: Sizing,
): ClusterPlan {
  let engines = 1;
  let frontEnds = 1;
  for (;;) {
    const messages = messagesPerChange(engines, frontEnds, demand.watchers);
    const factor = Math.max(1, messages / Math.max(1, cluster.bus.messagesPerChange));
    const role = (costs: RoleCosts, least: number) =>
      rolePlan(costs, demand, sizing, factor, least);
    const engine = role(cluster.engine, 1);
    const frontEnd = role(cluster.frontEnd, Math.ceil(demand.online / sizing.sessionsPerFrontEnd));
    if (engine.processes <= engines && frontEnd.processes <= frontEnds) {
      const natsCores = cpuUsPerSecond(cluster.nats, demand, factor) / 1e6;
      return {
        engines: engine,
        frontEnds: frontEnd,
        natsCores,
        ...traffic(cluster.bus, demand, messages),
      };
    }
    engines = Math.max(engines, engine.processes);
    frontEnds = Math.max(frontEnds, frontEnd.processes);
  }
}

function rolePlan(
  costs: RoleCosts,
  demand: Demand,
  sizing: Sizing,
  messageFactor: number,
  least: number,
): RolePlan {
  const cores = cpuUsPerSecond(costs, demand, messageFactor) / 1e6;
  const forMemory =
    memoryGiB(costs, demand, 0) / Math.max(0.1, sizing.processGiB - costs.baseMiB / 1024);
  const processes = Math.max(least, Math.ceil(cores / sizing.load), Math.ceil(forMemory));
  return { processes, cores, memoryGiB: memoryGiB(costs, demand, processes) };
}

/**
 * From the front-end to the user's owner, from there to the owners of the contacts, from each of them to the front-ends
 * that hold their sessions. Messages of one turn that go the same way travel together, so that it is the most.
 */
export function messagesPerChange(engines: number, frontEnds: number, watchers: number): number {
  const owners = distinct(engines, watchers);
  const perOwner = owners === 0 ? 0 : watchers / owners;
  return 1 + owners + owners * distinct(frontEnds, perOwner);
}

/** How many of `bins` hold something when so many things are thrown at them. */
export function distinct(bins: number, things: number): number {
  return bins * (1 - (1 - 1 / bins) ** things);
}

function traffic(bus: BusCosts, demand: Demand, messages: number) {
  // A login goes out like a change, and is answered the same way; a logout is a change.
  const changes = demand.changesPerSecond + 3 * demand.loginsPerSecond;
  const busMessagesPerSecond = changes * messages;
  const bytes =
    busMessagesPerSecond * bus.messageBytes + demand.deliveriesPerSecond * bus.deliveryBytes;
  return {
    messagesPerChange: messages,
    busMessagesPerSecond,
    busMiBPerSecond: bytes / 1024 ** 2,
  };
}
