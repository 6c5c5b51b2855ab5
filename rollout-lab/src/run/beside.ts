import type { Customer as BesideCustomer } from '../../../load-tests/companion.ts';
import type { Customer } from '../load/types.ts';
import { Journeys } from '../metrics/journeys.ts';
import { cohortOf } from '../router/cohort.ts';
import type { RunContext } from './context.ts';
import type { Course } from './course.ts';
import { phaseSlug } from './phase-slug.ts';
import type { Step } from './steps.ts';

/** Percent of the customers of whom every other one is taken: those of a canary's longest step. */
const early = 5;

/**
 * Every customer, and after each one of those who are the first to come into a canary: so that a release
 * that few customers meet is measured as well as the other.
 */
export function customersBeside(customers: readonly Customer[]): BesideCustomer[] {
  const first = customers.filter(({ id }) => cohortOf(id) < early);
  return customers.flatMap((customer, nth) => {
    const again = first[nth % first.length];
    return again === undefined ? [customer] : [customer, { ...again, early: true as const }];
  });
}

/** The load beside the lab's own, for the length of a run; nothing where there is none. */
export class Beside {
  readonly #context: RunContext;
  readonly #course: Course;
  readonly #phases: readonly string[];

  constructor(context: RunContext, course: Course, steps: readonly Step[]) {
    this.#context = context;
    this.#course = course;
    this.#phases = ['baseline', ...steps.map(({ title }) => phaseSlug(title)), 'after'];
  }

  /** Opens the shop to it. From the moment when it is ready, what both send is measured. */
  async begin(): Promise<void> {
    const { companion, customers } = this.#course.options;
    if (companion === undefined) return;
    const { router, change, story } = this.#context;
    const { from, expand, relax, contract } = change;
    await companion.opened({
      url: router.url,
      customers: customersBeside(this.#course.customers.slice(0, customers)),
      phases: this.#phases,
      releases: [from, expand, relax, contract],
    });
    story.say('another load is beside the own one');
    this.#course.journeys = new Journeys();
  }

  /** What its customers were told belongs to the ledger as well. */
  async end(): Promise<void> {
    const { companion } = this.#course.options;
    if (companion === undefined) return;
    const measured = this.#course.journeys ?? new Journeys();
    this.#course.toldBeside = await companion.ended(measured.figures());
  }
}
