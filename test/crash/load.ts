import { type Random, randomOf } from '../harness/random.ts';
import type { World } from '../harness/world.ts';
import { type Finished, runClient } from './client.ts';
import type { Fleet } from './fleet.ts';
import { Http } from './http.ts';
import { createTold, type Told } from './told.ts';

/** Of each client so many requests are repeated at the end. */
const keptRequests = 20;
/** For the requests that are under way when the load stops: a payment may take a minute to decide. */
const finishMs = 60_000;

/** The clients, half of which repeat their requests until they are answered. */
export class Load {
  readonly told: Told = createTold();
  readonly http = new Http();
  /** Requests to repeat at the end. */
  readonly finished: Finished[] = [];
  retried = 0;
  readonly #running: Promise<unknown>;
  #giveUpAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(world: World, fleet: Fleet, seed: number, signal: AbortSignal) {
    const [first = '', ...others] = world.products.map(({ sku }) => sku);
    const clients = world.customers.map((customer, index) => {
      const kind = index % 2 === 0 ? ('once' as const) : ('retry' as const);
      if (kind === 'retry') this.told.retryCustomers.add(customer.id);
      const random = randomOf(seed + index);
      const sender = {
        http: this.http,
        random,
        signal,
        urls: () => fleet.urls(),
        giveUpAt: () => this.#giveUpAt,
        onRetry: () => {
          this.retried += 1;
        },
      };
      const skus: [string, ...string[]] = [first, ...others];
      const { told } = this;
      const onFinished = sampler(this.finished, random);
      const stopped = () => this.#stopped;
      return runClient({ kind, customer, sender, skus, told, stopped, onFinished });
    });
    this.#running = Promise.all(clients);
    this.#running.catch(() => {}); // told by `stop`, or by the interruption itself
  }

  /** Begins nothing new, and waits for what was begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#giveUpAt = performance.now() + finishMs;
    await this.#running;
  }
}

/** Keeps some of one client's requests, each as likely as the other (reservoir sampling). */
function sampler(kept: Finished[], random: Random): (request: Finished) => void {
  const own: number[] = [];
  let seen = 0;
  return (request) => {
    seen += 1;
    if (own.length < keptRequests) own.push(kept.push(request) - 1);
    else {
      const place = own[Math.floor(random() * seen)];
      if (place !== undefined) kept[place] = request;
    }
  };
}
