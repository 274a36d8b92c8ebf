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
    awaitsPrack: false,
  };
}

/** Made by an engine, whatever an application said: nobody there, gave up, nobody answers, no PRACK, application gone. */
const byEngines = new Set([408, 481, 482, 487, 491, 500, 503, 504]);

/**
 * What is wrong between the two ends of a call when nothing is on its way any more; undefined: they agree.
 * @param callee undefined where the INVITE never got there
 */
export function disagreement(caller: Call, callee: Call | undefined): string | undefined {
  const views = `caller: ${said(caller)}; callee: ${callee === undefined ? 'knows of nothing' : said(callee)}`;
  if (caller.state === 'ringing') return `the caller still waits. ${views}`;
  if (callee === undefined) return caller.state === 'up' ? `up with nobody. ${views}` : undefined;
  // Who never answers is not told of the end of his waiting.
  if (callee.state === 'ringing') {
    return caller.status === 408 || caller.status === 504 || caller.why === 'vanished'
      ? undefined
      : `one still rings. ${views}`;
  }
  if (caller.state !== callee.state) return `up for one, ended for the other. ${views}`;
  if (caller.state === 'up') return callee.confirmed ? undefined : `the callee never saw the ACK. ${views}`;
  if (caller.why === 'theirs' && callee.why === 'theirs') return `nobody hung up. ${views}`;
  const refused = /^refused (\d+)$/.exec(callee.why)?.[1];
  if (refused !== undefined && caller.why !== 'vanished' && caller.status !== Number(refused)) {
    return byEngines.has(caller.status) ? undefined : `refused with another status. ${views}`;
  }
  return undefined;
}

function said({ state, why, status, confirmed }: Call): string {
  return [state, why, status === 0 ? 'no answer' : String(status), confirmed ? 'confirmed' : '']
    .filter((part) => part !== '')
    .join(', ');
}
