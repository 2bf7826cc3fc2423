/** What happened, as lines for people. */
import type { Observation } from '../promises/observation.ts';

/** Undefined for what says nothing to them. */
export function lineOf(observation: Observation): string | undefined {
  switch (observation.kind) {
    case 'opened':
      return `${observation.device.address} is in`;
    case 'said':
      return `${observation.device.address} says ${observation.number ?? 'that it goes'}`;
    case 'over':
      return `${observation.device.address} is over: ${observation.why}`;
    case 'streamLost':
      return `${observation.device.address} has lost its stream`;
    case 'resumed':
      return `${observation.device.address} goes on at ${observation.at}`;
    case 'saw': {
      const { device, from, number, isDirected } = observation;
      return `${device.address} sees ${from}: ${isDirected ? 'directed' : (number ?? 'gone')}`;
    }
    case 'item': {
      const { device, contact, subscription, asked } = observation;
      return `${device.address} has ${contact}: ${subscription}${asked ? ', asked' : ''}`;
    }
    case 'stored': {
      const halves = [...observation.halves].map(
        ([contact, { state, outbox }]) => `${contact} ${state}${outbox > 0 ? ` +${outbox}` : ''}`,
      );
      const what = observation.isLoss === true ? 'lost' : 'record';
      return `${what} of ${observation.user}: ${halves.join('; ')}`;
    }
    case 'blocking':
      return `${observation.user} blocks ${observation.contact}: ${observation.phase}`;
    case 'account':
      return `the account of ${observation.user} ${observation.exists ? 'is made' : 'is removed'}`;
    case 'failure':
      return `${observation.node} failed: ${observation.what}`;
    default:
      return undefined;
  }
}
