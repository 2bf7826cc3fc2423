// All that one user's actor knows. Immutable: every change makes a new one and shares the rest.

export interface UserState {
  readonly placeholder?: never;
}
