// The nine subscription states of RFC 3921 §9.1 (RFC 6121 Appendix A.1), from one user's side of a contact.

export const subscriptionStates = [
  'None',
  'None + Pending Out',
  'None + Pending In',
  'None + Pending Out/In',
  'To',
  'To + Pending In',
  'From',
  'From + Pending Out',
  'Both',
] as const;

export type SubscriptionState = (typeof subscriptionStates)[number];
