import { createHash } from 'node:crypto';
import { Fault } from '../../faults/fault.ts';

/** A strong entity tag (RFC 9110 §8.8.3) of an object's content. */
export function etagOf(content: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;
}

/** What a change asks of the object that it changes (RFC 9110 §13.1). */
export interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Whether a reader has this version already: 304 then. */
export function isFresh(etag: string, ifNoneMatch: string | undefined): boolean {
  return ifNoneMatch !== undefined && names(ifNoneMatch, etag, true);
}

/**
 * Whether the change may be made of what is there now.
 * @param current the entity tag of the object as it is; undefined: there is none
 * @param wanted the entity tag that it would get: a change that is sent again after it was made is no collision
 * @throws Fault CONDITION_MISSING or CHANGED_MEANWHILE
 */
export function demandConditions(
  { ifMatch, ifNoneMatch }: Conditions,
  current: string | undefined,
  wanted?: string,
): void {
  if (current !== undefined && current === wanted) return;
  if (ifMatch === undefined && ifNoneMatch === undefined) {
    throw new Fault(
      'CONDITION_MISSING',
      'send If-Match with the ETag of what you changed, or If-None-Match: * to make a new one',
    );
  }
  if (ifMatch !== undefined && (current === undefined || !names(ifMatch, current, false))) {
    throw new Fault(
      'CHANGED_MEANWHILE',
      current === undefined
        ? 'there is none to change: somebody may have removed it; send If-None-Match: * to make it'
        : 'somebody changed it after you read it: read it again, and send your change with the new ETag',
    );
  }
  if (ifNoneMatch !== undefined && current !== undefined && names(ifNoneMatch, current, true)) {
    throw new Fault(
      'CHANGED_MEANWHILE',
      'there is one already: read it, and send your change with its ETag as If-Match',
    );
  }
}

function names(header: string, etag: string, weakly: boolean): boolean {
  return header.split(',').some((one) => {
    const tag = one.trim();
    return tag === '*' || tag === etag || (weakly && tag === `W/${etag}`);
  });
}
