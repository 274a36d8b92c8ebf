import type { CallRecord } from '../call/record.ts';
import { catalogue, type FaultCode } from '../faults/catalogue.ts';

/** What came of a call that was to say a code. */
export interface Called {
  readonly is:
    | 'told'
    /** It hung up by itself, after the code was said at least once. */
    | 'heard'
    /** Before the code was said once. */
    | 'hung-up'
    | 'busy'
    | 'declined'
    | 'no-answer'
    | 'unknown-number'
    | 'unreachable'
    | 'no-codec'
    /** No trunk could place the call, or media of ours failed. */
    | 'failed'
    | 'stopped';
}

/** By the final response of the trunk. */
export function calledOf(status: number): Called {
  switch (status) {
    case 486:
    case 600:
      return { is: 'busy' };
    case 603:
      return { is: 'declined' };
    case 404:
    case 410:
    case 484:
    case 604:
      return { is: 'unknown-number' };
    case 408:
      return { is: 'no-answer' };
    case 480:
      return { is: 'unreachable' };
    case 488:
    case 606:
      return { is: 'no-codec' };
    default:
      return { is: 'failed' };
  }
}

/**
 * The response speaks of the trunk, or of our standing with it, and another may do better.
 * @param heardOf it said that the telephone rings
 */
export function isTrunksOwn(status: number, heardOf: boolean): boolean {
  if (status === 408) return !heardOf;
  return [401, 402, 403, 407, 500, 502, 503, 504].includes(status);
}

/** For the user, who waits for the code. */
export function whatToDo({ is }: Called): string {
  switch (is) {
    case 'told':
    case 'heard':
    case 'hung-up':
      return 'the call ended before the code was told: ask for a code again, and listen until the end';
    case 'busy':
      return 'the telephone is busy: end its call, and ask for a code again';
    case 'declined':
      return 'the call was declined: ask for a code again, and take up the call';
    case 'no-answer':
      return 'nobody answered: keep the telephone at hand, and ask for a code again';
    case 'unknown-number':
      return 'there is no telephone with this number: correct it';
    case 'unreachable':
      return 'the telephone cannot be reached: turn it on, and ask for a code again';
    case 'no-codec':
      return 'the telephone and the exchange know no common codec: whoever runs the exchange has the trunk allow G.711';
    case 'failed':
      return 'the call that tells the code could not be made: try again in a minute, or ask whoever runs the exchange';
    case 'stopped':
      return 'the exchange stops: ask for a code again in a minute';
  }
}

/** How it stands in the record of the call. */
export function endingOf({ is }: Called): Pick<CallRecord, 'outcome' | 'endedBy' | 'fault' | 'status'> {
  switch (is) {
    case 'told':
      return { outcome: 'answered', endedBy: 'us', fault: undefined, status: 200 };
    case 'heard':
      return { outcome: 'answered', endedBy: 'callee', fault: undefined, status: 200 };
    case 'hung-up':
      return { outcome: 'answered', endedBy: 'callee', fault: 'CODE_NOT_TOLD', status: 200 };
    case 'busy':
      return { outcome: 'busy', endedBy: 'callee', ...failing('CALLEE_BUSY') };
    case 'declined':
      return { outcome: 'declined', endedBy: 'callee', ...failing('CALLEE_DECLINED') };
    case 'no-answer':
      return { outcome: 'no-answer', endedBy: 'us', ...failing('NO_ANSWER') };
    case 'unknown-number':
      return { outcome: 'refused', endedBy: 'callee', ...failing('NO_SUCH_NUMBER') };
    case 'unreachable':
      return { outcome: 'unreachable', endedBy: 'callee', ...failing('CALLEE_UNREACHABLE') };
    case 'no-codec':
      return { outcome: 'failed', endedBy: 'us', ...failing('NO_COMMON_CODEC') };
    case 'failed':
      return { outcome: 'failed', endedBy: 'us', ...failing('CODE_NOT_TOLD') };
    case 'stopped':
      return { outcome: 'failed', endedBy: 'us', ...failing('SHUTTING_DOWN') };
  }
}

function failing(fault: FaultCode): Pick<CallRecord, 'fault' | 'status'> {
  return { fault, status: catalogue[fault].sip };
}
