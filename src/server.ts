import { type Config, readConfig } from './config.ts';
import { exitCodeOf, exitCodes, explain } from './platform/process/exit.ts';
import { installShutdown } from './platform/process/shutdown.ts';
import { createService } from './service/service.ts';

async function serve(config: Config): Promise<void> {
  const service = await createService(config, (reason) => {
    service.log.fatal({ reason }, 'the schema has moved on');
    stop('refused by the schema', exitCodes.config);
  });
  const stop = installShutdown({
    health: service.health,
    delayMs: config.shutdownDelayMs,
    timeoutMs: config.shutdownTimeoutMs,
    exitWithoutDraining: service.faults.exitWithoutDraining,
    log: service.log,
    close: service.close,
  });
  try {
    await service.start();
    const address = await service.app.listen({ host: config.host, port: config.port });
    service.log.info({ address }, 'listening');
  } catch (error) {
    await service.close(); // signs off: what never listened must not count as alive
    throw error;
  }
}

try {
  await serve(readConfig());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(exitCodeOf(error));
}
