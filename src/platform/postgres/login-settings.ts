import type { Queryable } from './postgres.ts';
import { sessionLimitsMs } from './session.ts';

/**
 * A row for each thing that is to be changed, as the statement that does it. A limit that is shorter
 * than the service's own is as good. Where there is no such role yet there is no schema either, which
 * is told elsewhere.
 */
const sql = `
SELECT format('GRANT %I TO %I', rolname, session_user) AS cure
FROM pg_roles WHERE rolname = $1 AND NOT pg_has_role(session_user, oid, 'MEMBER')
UNION ALL
SELECT format('ALTER ROLE %I SET role = %L', session_user, rolname)
FROM pg_roles WHERE rolname = $1 AND rolname <> current_user
UNION ALL
SELECT format('ALTER ROLE %I SET %I = ''%sms''', session_user, name, ms)
FROM unnest($2::text[], $3::int[]) AS most (name, ms)
WHERE (SELECT setting::int FROM pg_settings s WHERE s.name = most.name) NOT BETWEEN 1 AND ms`;

/** The login does not bring what its sessions need. The message has the statements that cure it. */
export class LoginSettingsError extends Error {
  readonly cures: readonly string[];

  constructor(cures: readonly string[]) {
    super(
      `DATABASE_POOLER=transaction needs a login that brings role and time limits into its sessions: ${cures.join('; ')}; then RECONNECT in the pooler`,
    );
    this.name = 'LoginSettingsError';
    this.cures = cures;
  }
}

/**
 * Makes sure that a session of this login has the role and the time limits that the service gives
 * to its sessions where it opens them itself.
 *
 * @throws {LoginSettingsError}
 */
export async function assertLoginSettings(db: Queryable, role: string): Promise<void> {
  const names = Object.keys(sessionLimitsMs);
  const most = Object.values(sessionLimitsMs);
  const { rows } = await db.query<{ cure: string }>(sql, [role, names, most]);
  if (rows.length > 0) throw new LoginSettingsError(rows.map((row) => row.cure));
}
