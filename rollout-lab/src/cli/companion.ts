import { once } from 'node:events';
import type { FromLab, FromLoad } from '../../../load-tests/companion.ts';
import type { Companion } from '../run/companion.ts';

/** `--companion` without a process that started this one and listens. */
export class NoCompanionError extends Error {
  constructor() {
    super('--companion is for `npm run load`, which starts this command and answers it by IPC');
    this.name = 'NoCompanionError';
  }
}

/**
 * The process that started this one, as the load beside.
 *
 * @throws {NoCompanionError}
 */
export function companionOf(target: NodeJS.Process, signal: AbortSignal): Companion {
  if (target.send === undefined) throw new NoCompanionError();
  const tell = (message: FromLab) => void target.send?.(message);
  /** There is one message at a time: the next one is the answer. */
  const answer = async <Type extends FromLoad['type']>(type: Type) => {
    for (;;) {
      const [message] = (await once(target, 'message', { signal })) as [FromLoad];
      if (message.type === type) return message as Extract<FromLoad, { type: Type }>;
    }
  };
  return {
    async opened(shop) {
      tell({ type: 'open', ...shop });
      await answer('ready');
    },
    async ended(own) {
      tell({ type: 'ending', own });
      return (await answer('ended')).toldFile;
    },
  };
}
