import type { MobileVerification } from '../../directory/account.ts';
import type { E164, UserId } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { Instant } from '../../kernel/clock.ts';

const lifetimeMs = 10 * 60_000;
const mostTries = 5;
const hourMs = 60 * 60_000;
const mostTold = 3;

/** What asking for a code comes to. */
export type Telling =
  | { readonly may: true; readonly write: MobileVerification }
  | { readonly may: false; readonly retryAfterSeconds: number };

/** @param codeHash of the new code; it takes the place of an older one, whose tries do not count for it */
export function telling(
  current: MobileVerification | undefined,
  asked: { readonly user: UserId; readonly number: E164; readonly codeHash: string },
  now: Instant,
): Telling {
  const toldAt = (current?.toldAt ?? []).filter((at) => at > now - hourMs);
  const [first = now] = toldAt;
  if (toldAt.length >= mostTold) {
    return { may: false, retryAfterSeconds: Math.max(1, Math.ceil((first + hourMs - now) / 1000)) };
  }
  const write = { ...asked, expiresAt: now + lifetimeMs, wrongCodes: 0, toldAt: [...toldAt, now] };
  return { may: true, write };
}

/** What repeating a code comes to. */
export type Repeated =
  | { readonly is: 'right'; readonly number: E164; readonly write: MobileVerification }
  | { readonly is: 'wrong'; readonly fault: Fault; readonly write: MobileVerification | undefined };

/** A code is used up by being right, by five wrong tries, and by time. */
export function repeated(current: MobileVerification | undefined, codeHash: string, now: Instant): Repeated {
  if (current === undefined || current.expiresAt <= now)
    return wrong('there is no code that still holds: ask for a new one');
  if (current.wrongCodes >= mostTries) return wrong('the code was tried too often: ask for a new one');
  // What is kept of it is when codes were told, so that a success does not begin the hour anew.
  if (current.codeHash === codeHash)
    return { is: 'right', number: current.number, write: { ...current, expiresAt: now } };
  const wrongCodes = current.wrongCodes + 1;
  const left = mostTries - wrongCodes;
  return wrong(
    left === 0
      ? 'the code is wrong, and was tried too often: ask for a new one'
      : `the code is wrong: type it again, ${String(left)} more at most`,
    { ...current, wrongCodes },
  );
}

function wrong(detail: string, write?: MobileVerification): Repeated {
  return { is: 'wrong', fault: new Fault('WRONG_CODE', detail), write };
}
