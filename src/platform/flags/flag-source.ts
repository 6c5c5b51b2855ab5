import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type UnleashConfig, UnleashEvents } from 'unleash-client';
import { type FlagDocument, FlagDocumentError, parseFlagDocument } from './flag-document.ts';

type Repository = NonNullable<UnleashConfig['repository']>;
type Feature = FlagDocument['features'][number];
type Segment = NonNullable<FlagDocument['segments']>[number];

/** Longest wait for a look at the flags. Nobody waits for it but the next look. */
const answerLimitMs = 5_000;
/** The version of the protocol whose answers the client understands, with segments apart. */
const protocolVersion = '5.2.0';

/** The flag server answered, but not with flags. */
export class FlagServerError extends Error {
  override readonly name = 'FlagServerError';
  readonly status: number;

  constructor(status: number) {
    super(`the flag server answered ${status}`);
    this.status = status;
  }
}

export interface FlagSourceOptions {
  readonly unleashUrl: string;
  readonly token: string | undefined;
  readonly pollMs: number;
  readonly bootstrapFile: string | undefined;
  readonly instanceId: string;
  readonly onContact: () => void;
  /** Told once, until the look at the flags succeeds or fails in another way. */
  readonly onError: (error: Error) => void;
}

/**
 * Where `unleash-client` gets the flags from that it decides. Its own repository stops for good after
 * a 401 or 403, slows down up to elevenfold after other failures, takes any list for the flags, and
 * ends the process when it is closed while a fetch fails. This one looks at the same pace whatever it
 * is answered, keeps the last list that was one, and aborts its fetch when it is closed.
 */
export class FlagSource extends EventEmitter implements Repository {
  readonly #options: FlagSourceOptions;
  readonly #closing = new AbortController();
  #features = new Map<string, Feature>();
  #segments = new Map<number, Segment>();
  #known = false;
  #connected = false;
  #etag: string | null = null;
  #failure: string | null = null;

  constructor(options: FlagSourceOptions) {
    super();
    this.#options = options;
  }

  /** Why the last look at the flags failed; null when it did not. */
  get failure(): string | null {
    return this.#failure;
  }

  async start(): Promise<void> {
    await Promise.all([this.#readBootstrap(), this.#poll()]);
  }

  stop(): void {
    this.#closing.abort();
  }

  getToggle(name: string): Feature | undefined {
    return this.#features.get(name);
  }

  getToggles(): Feature[] {
    return [...this.#features.values()];
  }

  getSegment(id: number): Segment | undefined {
    return this.#segments.get(id);
  }

  getTogglesWithSegmentData(): ReturnType<Repository['getTogglesWithSegmentData']> {
    const withSegments = (ids: number[] = []) => ids.map((id) => this.getSegment(id));
    return this.getToggles().map(({ strategies = [], ...feature }) => ({
      ...feature,
      strategies: strategies.map((each) => ({ ...each, segments: withSegments(each.segments) })),
    }));
  }

  /** Looks, and arranges the next look. Never rejects. */
  async #poll(): Promise<void> {
    try {
      await this.#look();
      this.#failure = null;
      this.#options.onContact();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#fail(error);
    }
    setTimeout(() => this.#poll(), this.#options.pollMs).unref();
  }

  async #look(): Promise<void> {
    this.#closing.signal.throwIfAborted();
    const { unleashUrl, token, instanceId } = this.#options;
    const answer = await fetch(`${unleashUrl.replace(/\/$/, '')}/client/features`, {
      headers: {
        'unleash-appname': 'scaleretail',
        'unleash-instanceid': instanceId,
        'unleash-client-spec': protocolVersion,
        ...(token !== undefined && { authorization: token }),
        ...(this.#etag !== null && { 'if-none-match': this.#etag }),
      },
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerLimitMs)]),
    });
    const text = await answer.text();
    if (answer.status === 304) return;
    if (!answer.ok) throw new FlagServerError(answer.status);
    this.#take(parseFlagDocument(text, 'the flag server'));
    this.#connected = true;
    this.#etag = answer.headers.get('etag');
  }

  async #readBootstrap(): Promise<void> {
    const { bootstrapFile } = this.#options;
    if (bootstrapFile === undefined) return;
    try {
      const document = parseFlagDocument(
        await readFile(bootstrapFile, 'utf8'),
        'the bootstrap file',
      );
      if (!this.#connected) this.#take(document);
    } catch (error) {
      this.#options.onError(error as Error);
    }
  }

  #take({ features, segments = [] }: FlagDocument): void {
    this.#features = new Map(features.map((feature) => [feature.name, feature]));
    this.#segments = new Map(segments.map((segment) => [segment.id, segment]));
    if (this.#known) return;
    this.#known = true;
    this.emit(UnleashEvents.Ready);
  }

  #fail(error: unknown): void {
    const failure = describe(error);
    if (failure !== this.#failure) this.#options.onError(error as Error);
    this.#failure = failure;
  }
}

/** In words that may be shown to anybody: no address, no token. */
function describe(error: unknown): string {
  if (error instanceof FlagServerError || error instanceof FlagDocumentError) return error.message;
  const { name, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `the flag server did not answer in ${answerLimitMs / 1000} s`;
  return `the flag server cannot be reached (${cause?.code ?? name})`;
}
