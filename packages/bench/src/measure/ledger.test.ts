import { describe, expect, it } from 'vitest';
import { DeliveryLedger, faultCount, noFaults } from './ledger.ts';

const [romeo, juliet, nurse] = [0, 1, 2] as const;

function ledger(): DeliveryLedger {
  const opened = new DeliveryLedger();
  opened.watch(juliet, romeo);
  return opened;
}

function sayTimes(opened: DeliveryLedger, times: number): void {
  for (let time = 0; time < times; time += 1) opened.say(romeo);
}

describe('the ledger', () => {
  it('has nothing to complain of when everybody saw everything once and in order', () => {
    const opened = ledger();
    opened.watch(nurse, romeo);
    for (let round = 0; round < 3; round += 1) {
      const sequence = opened.say(romeo);
      expect(opened.saw(juliet, romeo, sequence)).toBe(true);
      expect(opened.outstanding).toBe(1);
      expect(opened.saw(nurse, romeo, sequence)).toBe(true);
    }
    expect(opened.outstanding).toBe(0);
    expect(opened.take()).toEqual({ delivered: 6, replaced: 0, faults: noFaults });
  });

  it('counts as lost what was the last and did not come', () => {
    const opened = ledger();
    sayTimes(opened, 2);
    opened.saw(juliet, romeo, 1);
    expect(opened.outstanding).toBe(1);
    opened.writeOff();
    expect(opened.outstanding).toBe(0);
    expect(opened.take().faults).toEqual({ ...noFaults, lost: 1 });
  });

  it('counts as replaced what a later one made needless', () => {
    const opened = ledger();
    sayTimes(opened, 5);
    opened.saw(juliet, romeo, 1);
    opened.saw(juliet, romeo, 5);
    expect(opened.outstanding).toBe(0);
    expect(opened.take()).toEqual({ delivered: 2, replaced: 3, faults: noFaults });
  });

  it('tells what comes twice from what comes late', () => {
    const opened = ledger();
    sayTimes(opened, 3);
    opened.saw(juliet, romeo, 1);
    opened.saw(juliet, romeo, 3);
    expect(opened.saw(juliet, romeo, 3)).toBe(false);
    expect(opened.saw(juliet, romeo, 2)).toBe(false);
    expect(opened.saw(juliet, romeo, 2)).toBe(false);
    const { faults, replaced } = opened.take();
    expect(faults).toEqual({ ...noFaults, duplicates: 2, disordered: 1 });
    expect(replaced).toBe(0);
  });

  it('knows who was not to see anything', () => {
    const opened = ledger();
    expect(opened.saw(nurse, romeo, opened.say(romeo))).toBe(false);
    const { faults } = opened.take();
    expect(faults).toEqual({ ...noFaults, misdirected: 1 });
    expect(faultCount(faults)).toBe(1);
  });

  it('expects of somebody who comes later the last thing said, if it is told to', () => {
    const opened = ledger();
    sayTimes(opened, 4);
    opened.watch(nurse, romeo, true);
    expect(opened.outstanding).toBe(5);
    expect(opened.saw(nurse, romeo, 4)).toBe(true);
    expect(opened.outstanding).toBe(4);
  });

  it('expects nothing of somebody who has gone', () => {
    const opened = ledger();
    sayTimes(opened, 2);
    opened.unwatch(juliet, romeo);
    expect(opened.outstanding).toBe(0);
    opened.watch(nurse, romeo, true);
    opened.unwatchAll(nurse);
    expect(opened.outstanding).toBe(0);
    expect(opened.say(romeo)).toBe(3);
    expect(opened.outstanding).toBe(0);
  });

  it('sees the going of somebody as the last thing they said', () => {
    const opened = ledger();
    opened.saw(juliet, romeo, opened.say(romeo));
    opened.leave(romeo);
    expect(opened.outstanding).toBe(1);
    expect(opened.sawGone(juliet, romeo)).toBe(true);
    expect(opened.sawGone(juliet, romeo)).toBe(false);
    expect(opened.take()).toEqual({
      delivered: 2,
      replaced: 0,
      faults: { ...noFaults, duplicates: 1 },
    });
  });

  it('minds when somebody is shown as gone who was seen and is not, but not before they were seen', () => {
    const opened = ledger();
    expect(opened.sawGone(juliet, romeo)).toBe(false);
    expect(opened.take().faults).toEqual(noFaults);
    const first = opened.say(romeo);
    opened.sawGone(juliet, romeo);
    opened.saw(juliet, romeo, first);
    expect(opened.take().faults).toEqual(noFaults);
    expect(opened.sawGone(juliet, romeo)).toBe(false);
    expect(opened.take().faults).toEqual({ ...noFaults, falselyGone: 1 });
  });

  it('begins anew when it has told its counts', () => {
    const opened = ledger();
    opened.saw(juliet, romeo, opened.say(romeo));
    opened.take();
    expect(opened.take()).toEqual({ delivered: 0, replaced: 0, faults: noFaults });
    opened.saw(juliet, romeo, opened.say(romeo));
    expect(opened.take().delivered).toBe(1);
  });
});
