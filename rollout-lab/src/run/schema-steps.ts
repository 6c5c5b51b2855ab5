import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SchemaCommandError } from '../world/schema-commands.ts';
import type { RunContext } from './context.ts';
import type { Step } from './steps.ts';
import { pause } from './wait.ts';

/** One command of the service's own schema tool, as an operator would type it. */
function schemaStep(title: string, command: (context: RunContext) => string[]): Step {
  return {
    title,
    async run(context) {
      const tell = (line: string) => {
        if (!line.startsWith('gate ') && line.trim() !== '') context.story.say(line.trimEnd());
      };
      await context.schema(command(context), tell);
      return 'released';
    },
  };
}

const windowOf = ({ profile }: RunContext) => ['--window', String(profile.windowSeconds)];

export const expandStep = (release: string, title: string) =>
  schemaStep(title, (context) => ['expand', '--release', release, ...windowOf(context)]);

/** It listens to the p99 that the replicas tell of themselves, and holds while that is bad. */
export const backfillStep = schemaStep('backfill: fill the new columns of the old rows', (run) => {
  const metrics = run.fleet.replicas().map(({ url }) => `${url}/metrics`);
  return ['backfill', '--metrics', metrics.join(',')];
});

export const verifyStep = (title: string) => schemaStep(title, () => ['verify']);

export const brownoutStep = schemaStep('brownout: no rights on the old columns', (context) => [
  'brownout',
  ...windowOf(context),
]);

export const contractStep = schemaStep('gate and contract: drop the old columns', (context) => [
  'contract',
  ...windowOf(context),
]);

const destructiveFolder = new URL('../candidates/destructive-migration/', import.meta.url);

/** The lint let a migration pass that must not. */
class LintPassedError extends Error {
  constructor() {
    super('the lint of migrations has nothing against a column that is renamed in place');
    this.name = 'LintPassedError';
  }
}

/** It found something; or it is not there at all, in an image without development packages, and says so. */
const mayHaveRefused = ({ exitCode, message }: SchemaCommandError): boolean =>
  exitCode === 'exit code 1' || message.includes('is not installed: install the development');

/** What would have kept the destructive migration from being applied. @throws {LintPassedError} */
export const lintRefusesStep: Step = {
  title: 'the lint refuses the migration',
  async run({ schema, story }) {
    const found: string[] = [];
    const passed = await schema(['lint', '--folder', fileURLToPath(destructiveFolder)], (line) => {
      if (line.trim() !== '') found.push(line.trimEnd());
    }).catch((error: unknown) => {
      if (error instanceof SchemaCommandError && mayHaveRefused(error)) return null;
      throw error;
    });
    if (passed !== null) throw new LintPassedError();
    for (const line of found.slice(0, 5)) story.say(line);
    return 'released';
  },
};

/** The column renamed in place, past the lint and the gate. */
export const forceStep: Step = {
  title: 'forced: the column is renamed in place',
  async run(context) {
    const { change, fleet, forceSql, profile, signal, story } = context;
    await forceSql(
      readFileSync(new URL('0001_expand_rename_in_place.sql', destructiveFolder), 'utf8'),
    );
    story.say('the old columns are gone; the old release still asks for them');
    // By then each replica has looked at the schema: what must not run on it has ended.
    await pause(4 * profile.heartbeatMs, signal);
    const left = fleet.replicas(change.from).length;
    story.say(`${left} of ${context.replicas} replicas of ${change.from} are left`);
    return 'released';
  },
};
