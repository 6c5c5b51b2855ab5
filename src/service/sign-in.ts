import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type Authenticate, createAuthenticate } from '../platform/access/auth.ts';
import { openKeyFile } from '../platform/access/jwks-file.ts';
import type { Metrics } from '../platform/metrics.ts';

/** A key that leaves the file may be used for so long at the most. */
const keyFilePollMs = 5_000;

export interface SignIn {
  readonly authenticate: Authenticate;
  close(): void;
}

/**
 * Reads the keys, and again whenever their file changes.
 *
 * @throws {KeyFileError}
 */
export async function openSignIn(config: Config, metrics: Metrics, log: Logger): Promise<SignIn> {
  const keyFile = await openKeyFile({
    file: config.jwksFile,
    pollMs: keyFilePollMs,
    onTaken() {
      metrics.keyFileChanges.inc({ outcome: 'taken' });
      log.info('the key file has other keys: they count from now on');
    },
    onBroken(error) {
      metrics.keyFileChanges.inc({ outcome: 'broken' });
      log.error({ err: error }, 'the key file cannot be used: the keys before it still count');
    },
  });
  const { jwtIssuer: issuer, jwtAudience: audience } = config;
  return {
    authenticate: createAuthenticate({ keyFile, issuer, audience }),
    close: () => keyFile.close(),
  };
}
