/** PostgreSQL did not start. `log` is the tail of what initdb or the server wrote, possibly empty. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
  readonly log: string;

  constructor(reason: string, log = '') {
    super(log === '' ? reason : `${reason}\n${log}`);
    this.log = log;
  }
}

/** The port that was asked for belongs to another process. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} on 127.0.0.1 is taken: choose another, or none for a free one.`);
    this.port = port;
  }
}

/** There is no PostgreSQL for this machine among the installed packages. */
export class UnsupportedPlatformError extends Error {
  override readonly name = 'UnsupportedPlatformError';
  readonly platform: string;
  readonly supported: readonly string[];

  constructor(platform: string, supported: readonly string[]) {
    super(
      `No embedded PostgreSQL for ${platform} is installed; there are packages for ` +
        `${supported.join(', ')}. Set DATABASE_URL to use a PostgreSQL of your own.`,
    );
    this.platform = platform;
    this.supported = supported;
  }
}
