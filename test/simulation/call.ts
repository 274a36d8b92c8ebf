/** A call as one application knows it. */
export interface Call {
  /** Of its dialog; '' until it is known. */
  id: string;
  readonly role: 'uac' | 'uas';
  state: 'ringing' | 'up' | 'ended';
  /** How it came to its end. */
  why: string;
  /** Of its INVITE; '' until it is known. */
  transactionId: string;
  /** The final answer to its INVITE, as this side knows it; 0: none. */
  status: number;
  /** Who was called has seen the ACK. */
  confirmed: boolean;
  /** A CANCEL of ours is on its way. */
  givingUp: boolean;
  /** A re-INVITE of ours has no answer yet. */
  reinviting: boolean;
  /** Its application means to leave it ringing: it is not told of the end of that. */
  neverAnswers: boolean;
  /** A reliable provisional of ours has no PRACK yet. */
  awaitsPrack: boolean;
}

export function newCall(role: 'uac' | 'uas', id: string, transactionId: string): Call {
  return {
    id,
    role,
    state: 'ringing',
    why: '',
    transactionId,
    status: 0,
    confirmed: false,
    givingUp: false,
    reinviting: false,
    neverAnswers: false,
    awaitsPrack: false,
  };
}

/** Made by an engine, whatever an application said: nobody there, gave up, nobody answers, no PRACK, application gone. */
const byEngines = new Set([408, 481, 482, 487, 491, 500, 503, 504]);

/**
 * What is wrong between the two ends of a call when nothing is on its way any more; undefined: they agree.
 * @param callees none where the INVITE never got there, more than one where it was forked
 */
export function disagreement(caller: Call, callees: readonly Call[]): string | undefined {
  const wrong = flaw(caller, callees);
  return wrong === undefined
    ? undefined
    : `${wrong}. caller: ${said(caller)}; callee: ${callees.map(said).join(' and ')}`;
}

function flaw(caller: Call, callees: readonly Call[]): string | undefined {
  if (caller.state === 'ringing') return 'the caller still waits';
  const up = callees.filter(({ state }) => state === 'up');
  if (caller.state === 'up') {
    if (up.length !== 1) return `up for one, and for ${String(up.length)} others`;
    return up[0]?.confirmed === true ? undefined : 'the callee never saw the ACK';
  }
  if (up.length > 0) return 'ended for one, up for the other';
  if (callees.some(({ state, neverAnswers }) => state === 'ringing' && !neverAnswers)) return 'one still rings';
  if (caller.why === 'theirs' && callees.every(({ why }) => why === 'theirs')) return 'nobody hung up';
  const refusals = callees.flatMap(({ why }) => /^refused (\d+)$/.exec(why)?.[1] ?? []);
  if (refusals.length < callees.length || caller.why === 'vanished' || refusals.length === 0) return undefined;
  return refusals.includes(String(caller.status)) || byEngines.has(caller.status)
    ? undefined
    : 'refused with another status';
}

function said({ state, why, status, confirmed }: Call): string {
  return [state, why, String(status), confirmed ? 'confirmed' : ''].filter((part) => part !== '').join(', ');
}
