import type { WorldOptions } from '../world/world.ts';
import { buildResult } from './build-result.ts';
import { Course } from './course.ts';
import { describeEnvironment, versionOf } from './environment.ts';
import { measure } from './measure.ts';
import { planted } from './plant.ts';
import type { RunResult } from './result.ts';
import type { RunOptions } from './run-options.ts';
import { Interrupted } from './stop.ts';
import { Story } from './story.ts';

/** So much of a run is lost when it is killed outright. */
const partEveryMs = 5_000;

/**
 * One run: a world of its own, the baseline window, the candidate's steps under load, the ledgers.
 * From its start on `onPart` gets what there is, so that something is left however it ends.
 *
 * @throws what a step throws, and the signal's reason; nothing is left behind in either case.
 */
export async function run(wanted: RunOptions): Promise<RunResult> {
  const options = planted(wanted);
  const { signal, display, onPart } = options;
  const course = new Course(options);
  const handOut = () => onPart?.(buildResult(course));
  handOut();
  const ticker = setInterval(handOut, partEveryMs);
  try {
    return await inWorld(course, options);
  } catch (error) {
    // Whatever broke while everything was being ended broke because of that.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(ticker);
    display.close();
  }
}

async function inWorld(course: Course, options: RunOptions): Promise<RunResult> {
  const { display, feed } = options;
  const story = new Story(display, feed);
  const world = await lastWords(course, () => options.createWorld(worldOptions(options, story)));
  try {
    await lastWords(course, async () => {
      course.environment = describeEnvironment(options, await versionOf(world.db));
      await measure(course, world, story);
    });
    return told(course);
  } finally {
    await world.close();
  }
}

/** What a run wants of its world. */
export const worldOptions = (options: RunOptions, story: Story): WorldOptions => ({
  change: options.change,
  profile: options.profile,
  port: options.port,
  seedOrders: options.seedOrders,
  customerCount: options.customers,
  signal: options.signal,
  story,
});

/** Hands out what there is when it fails: at once, because everything takes its time to end. */
async function lastWords<T>(course: Course, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { signal, onPart } = course.options;
    course.unfinished = why(signal.aborted ? signal.reason : error);
    onPart?.(told(course));
    throw error;
  }
}

function why(error: unknown): string {
  if (error instanceof Interrupted) return `ended before its time by ${error.how}`;
  return `a step failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** The result, with its own end in its timeline. */
function told(course: Course): RunResult {
  const result = buildResult(course);
  const { outcome, green, reasons, lostOrders, doubleCharges, mismatchedRows } = result;
  course.options.feed.emit({
    type: 'end',
    outcome,
    green,
    reasons,
    lost: lostOrders,
    double: doubleCharges,
    mismatched: mismatchedRows,
  });
  return { ...result, timeline: course.timeline };
}
