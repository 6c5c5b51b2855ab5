import type { PageOrder } from './orders.ts';

/** What there is to choose from, as the page shows it. */
export interface Choices {
  readonly strategies: readonly { readonly name: string; readonly what: string }[];
  readonly candidates: readonly { readonly name: string; readonly wrong: string }[];
  readonly changes: readonly { readonly name: string }[];
  /** Names of the flags that a run has. */
  readonly flags: readonly string[];
  /** A run is under way. */
  readonly running: boolean;
  /** Runs may be started from the page. */
  readonly mayStart: boolean;
  /** A run of the past is shown. */
  readonly replay: boolean;
}

/** Where the page's questions and orders go. */
export interface Desk {
  choices(): Choices;
  /** Resolves when it has been begun. @throws {RefusedError} */
  carryOut(order: PageOrder): Promise<void>;
}
