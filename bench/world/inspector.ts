import { once } from 'node:events';

export interface Inspector {
  /** Collects all garbage in the process first, so that only what is held is counted. In MiB. */
  memory(): Promise<{ rssMib: number; heapMib: number }>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: NodeJS.MemoryUsage } };
}

const mib = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;

/** Connects to the debugger of a Node process: the service itself has no door for this. */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let calls = 0;

  function call(method: string, params: object = {}): Promise<Answer> {
    calls += 1;
    const id = calls;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const hear = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== id) return;
      socket.removeEventListener('message', hear);
      resolve(answer);
    };
    socket.addEventListener('message', hear);
    socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  return {
    async memory() {
      await call('HeapProfiler.collectGarbage');
      const expression = 'process.memoryUsage()';
      const answer = await call('Runtime.evaluate', { expression, returnByValue: true });
      const usage = answer.result?.result?.value;
      if (usage === undefined) throw new Error('the process did not tell its memory');
      return { rssMib: mib(usage.rss), heapMib: mib(usage.heapUsed) };
    },
    close: () => socket.close(),
  };
}
