import { createWorld } from '../world/world.ts';
import { buildResult } from './build-result.ts';
import { describeEnvironment } from './environment.ts';
import { measure } from './measure.ts';
import type { RunResult } from './result.ts';
import type { RunOptions } from './run-options.ts';
import { Story } from './story.ts';

/**
 * One run: a world of its own, the baseline window, the candidate's steps under load, the ledgers.
 *
 * @throws what a step throws, and the signal's reason; nothing is left behind in either case.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const startedAt = new Date();
  const { display, profile, signal } = options;
  const story = new Story(display, options.feed);
  const world = await createWorld({
    change: options.change,
    profile,
    port: options.port,
    seedOrders: options.seedOrders,
    customerCount: options.customers,
    signal,
    story,
  });
  try {
    const environment = await describeEnvironment(world.db, options);
    const measured = await measure(options, world, story);
    return buildResult({
      ...measured,
      options,
      environment,
      startedAt,
      timeline: options.feed.timeline,
    });
  } finally {
    display.close();
    await world.close();
  }
}
