import type { RegExpEngine } from 'ajv/dist/types/index.js';

/**
 * A pattern as the schemas write it, which is for Go: `(?i)` within it stands for the whole of it
 * here, as it does in those that there are.
 */
function compile(pattern: string, flags: string): RegExp {
  const insensitive = pattern.includes('(?i)');
  return new RegExp(pattern.replaceAll('(?i)', ''), insensitive ? `${flags}i` : flags);
}

/** Ajv can write compiled schemas to files, which is what `code` is for; here that never happens. */
export const goRegExp: RegExpEngine = Object.assign(compile, { code: 'new RegExp' });
