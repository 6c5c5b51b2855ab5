import type { Command } from 'commander';
import { whole } from './options.ts';

/** Where the live page is served. */
export interface PageFlags {
  readonly pagePort: number;
  readonly pageHost: string;
  readonly open: boolean;
}

/** Of a command that can do without the page. */
export interface OptionalPageFlags extends PageFlags {
  readonly page: boolean;
}

export function addPageOptions(command: Command): Command {
  return command
    .option('--page-port <n>', 'port of the live page, 0 for any', whole(0, 65_535), 7070)
    .option('--page-host <address>', 'that the live page listens on', '127.0.0.1')
    .option('--open', 'opens the live page in a browser', false);
}
