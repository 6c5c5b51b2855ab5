import type { Container } from './pod-template.ts';

/** What runs in a container of the project's image. */
export type Program = 'service' | 'gate' | 'schema command';

const schemaScript = 'src/cli/schema.ts';

/** Null for an image of somebody else. */
export function programOf({ image = '', command, args = [] }: Container): Program | null {
  if (!/(^|\/)scaleretail\/api(:|@|$)/.test(image)) return null;
  if (command === undefined) return 'service';
  if (!command.includes(schemaScript)) return command.includes('src/server.ts') ? 'service' : null;
  return wordsOf(command, args)[0] === 'serve' ? 'gate' : 'schema command';
}

/** The words of a schema command, without the program before them. */
export function schemaWords({ command = [], args = [] }: Container): readonly string[] {
  return command.includes(schemaScript) ? wordsOf(command, args) : [];
}

function wordsOf(command: readonly string[], args: readonly string[]): readonly string[] {
  return [...command.slice(command.indexOf(schemaScript) + 1), ...args];
}
