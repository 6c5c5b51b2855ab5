import { stat } from 'node:fs/promises';
import { lastBrownout } from '../brownout/record.ts';
import { serviceRole, usableOld } from '../brownout/rights.ts';
import { oldUse } from '../instances.ts';
import { findDependents } from './dependents.ts';
import { ago, failed, passed } from './evidence.ts';
import type { Check } from './gate.ts';

export const nothingDepends: Check = {
  name: 'dependents',
  async run({ db, change }) {
    const found = await findDependents(db, change);
    return found.length === 0
      ? passed('no view, function, index or constraint uses the old columns')
      : failed(found.join('; '));
  },
};

// The rights stay away after it, so that the evidence could not be fresher; but who was there to miss
// them, and what was asked of the service, was another day's.
export const brownoutPassed: Check = {
  name: 'brownout',
  async run({ db, change, now, windowSeconds, maxEvidenceAgeSeconds }) {
    const last = await lastBrownout(db, change.name);
    if (last === null) return failed('no brownout was held');
    const { outcome, reason, startedAt, finishedAt } = last;
    const told = `${outcome}, begun ${ago(startedAt, now)}, window ${last.windowSeconds} s${reason === null ? '' : `: ${reason}`}`;
    if (outcome !== 'passed' || finishedAt === null) return failed(told);
    const dated = { at: finishedAt, maxAgeSeconds: maxEvidenceAgeSeconds };
    if (last.windowSeconds < windowSeconds) {
      return failed(`${told}: shorter than the ${windowSeconds} s that are asked for`, dated);
    }
    const usable = await usableOld(db, change, serviceRole);
    if (usable.length > 0) {
      return failed(`${told}; the service has rights on ${usable.join(', ')} again`, dated);
    }
    const { rightsDeniedAt } = await oldUse(db, change.name);
    const missed = rightsDeniedAt !== null && rightsDeniedAt > startedAt;
    return missed
      ? failed(`${told}; rights were missed ${ago(rightsDeniedAt, now)}`, dated)
      : passed(told, dated);
  },
};

export const backupTested: Check = {
  name: 'backup',
  async run({ backupStampFile, now, maxEvidenceAgeSeconds }) {
    if (backupStampFile === undefined) {
      return passed('not asked for (BACKUP_STAMP_FILE is not set)');
    }
    const at = await stat(backupStampFile).then(
      (found) => found.mtime,
      () => null,
    );
    if (at === null) return failed(`${backupStampFile} is not there`);
    return passed(`last tested backup ${ago(at, now)}`, {
      at,
      maxAgeSeconds: maxEvidenceAgeSeconds,
    });
  },
};
