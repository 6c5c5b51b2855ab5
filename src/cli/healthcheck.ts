/**
 * Whether an address answers 2xx, as an exit code: for a container's HEALTHCHECK, where there is no
 * curl. Usage: node src/cli/healthcheck.ts <url>
 */
const withinMs = 2_000;

const [, , url = ''] = process.argv;
try {
  const { status, ok } = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  if (!ok) process.stdout.write(`${url} answers ${status}\n`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  const { message, cause = message } = error as Error;
  process.stdout.write(`${url}: ${cause}\n`);
  process.exitCode = 1;
}
