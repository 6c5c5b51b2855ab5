import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedEvent } from '../feed/events.ts';

/** There is no result of a run to be shown in a file. */
export class NoResultError extends Error {
  constructor(file: string, why: string) {
    super(`${file} cannot be replayed: ${why}`);
    this.name = 'NoResultError';
  }
}

/**
 * The course of a finished run, or of one that was ended before its time, from its `result.json` or
 * from the folder with it.
 *
 * @throws {NoResultError}
 */
export function readTimeline(file: string): FeedEvent[] {
  const result = parsed(file, textOf(file));
  const timeline: unknown =
    typeof result === 'object' && result !== null && 'timeline' in result ? result.timeline : null;
  if (!Array.isArray(timeline) || !timeline.every(isEvent)) {
    throw new NoResultError(file, 'it is not the result.json of a run, which has a timeline');
  }
  if (!timeline.some(({ type }) => type === 'run')) {
    throw new NoResultError(file, 'the run was ended before it began: nothing happened in it');
  }
  return timeline;
}

function textOf(file: string): string {
  try {
    const isFolder = statSync(file).isDirectory();
    return readFileSync(isFolder ? join(file, 'result.json') : file, 'utf8');
  } catch (error) {
    throw new NoResultError(file, error instanceof Error ? error.message : String(error));
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoResultError(file, 'it is not JSON');
  }
}

function isEvent(event: unknown): event is FeedEvent {
  return (
    typeof event === 'object' &&
    event !== null &&
    'at' in event &&
    typeof event.at === 'number' &&
    'type' in event &&
    typeof event.type === 'string'
  );
}
