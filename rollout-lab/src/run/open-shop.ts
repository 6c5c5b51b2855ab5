import { contextOf } from './context-of.ts';
import { Course } from './course.ts';
import { startReplicas } from './measure.ts';
import { worldOptions } from './run.ts';
import type { RunOptions } from './run-options.ts';
import { Story } from './story.ts';

/**
 * Opens the shop with the release before the change, for whoever wants to look at it before a run:
 * where a world stays after it is closed. The next run begins with a fresh one.
 */
export async function openShop(options: RunOptions): Promise<void> {
  const story = new Story(options.display, options.feed);
  const world = await options.createWorld(worldOptions(options, story));
  try {
    await startReplicas(contextOf(new Course(options), world, story), options);
    story.say(`the shop is open: release ${options.change.from} at ${world.router.publicUrl}`);
  } finally {
    await world.close();
  }
}
