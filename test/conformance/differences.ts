/** Something that our engine does on purpose in another way than drachtio-server. */
export interface Difference {
  /** When it shows. */
  readonly when: string;
  readonly ours: string;
  readonly drachtio: string;
  readonly why: string;
}

/**
 * Every difference on purpose; a case names it where it expects one thing of each server, and
 * docs/reference/engine-differences.md is written from here by `npm run docs:differences`.
 */
export const differences = {
  version: {
    when: 'The third field of the answer to `authenticate`.',
    ours: '`v0.9.10`, always.',
    drachtio: '`git describe` of its build; `1.0.0` without a git checkout, and then drachtio-srf never pings.',
    why: 'drachtio-srf pings a server of version v0.8.2 or later.',
  },
  unauthenticated: {
    when: 'An application sends anything but `authenticate` first.',
    ours: '`NO`, and the connection is closed.',
    drachtio: 'It is served as if it had authenticated.',
    why: 'Whoever reaches the port could send SIP without the secret.',
  },
  'remove-route': {
    when: 'An application takes back one verb by `remove_route`.',
    ours: 'That verb is taken back.',
    drachtio: 'All verbs of that application are taken back.',
    why: 'The frame names one verb.',
  },
  silence: {
    when: 'REFER, PRACK or a method that nobody knows comes outside a dialog.',
    ours: 'It is answered: 405 with Allow, 481, 501.',
    drachtio: 'It gets no answer at all.',
    why: 'A request without an answer is repeated for half a minute (RFC 3261 §8.2.1).',
  },
  'stray-in-dialog': {
    when: 'INFO, MESSAGE, OPTIONS, NOTIFY, PUBLISH or SUBSCRIBE comes with a To tag, in a dialog that is not there.',
    ours: '481.',
    drachtio: 'It is handed to an application that wants the method, as if it were outside a dialog.',
    why: 'The peer must learn that its dialog is gone (RFC 3261 §12.2.2).',
  },
  'second-fork': {
    when: 'Another branch of a forked INVITE answers with 200 after the first.',
    ours: 'It gets its ACK, and a BYE.',
    drachtio: 'Nothing; that branch thinks that it has a call.',
    why: 'RFC 3261 §13.2.2.4: every 2xx is acknowledged, and what is not wanted is ended.',
  },
  'late-cancel': {
    when: 'A CANCEL comes after our 200 and before its ACK.',
    ours: '481; the application learns at once that the call is over ("CANCEL after 200 OK"), and the BYE goes once the ACK is there.',
    drachtio: '481, and nothing else. Only a CANCEL with our To tag, which RFC 3261 §9.1 forbids, ends the call.',
    why: 'A caller who gave up must not be left in a call; who was called sends no BYE before the ACK (RFC 3261 §15).',
  },
  'answer-timers': {
    when: 'A 200 to INVITE gets no ACK.',
    ours: 'It is repeated by the configured T1 and T2, and given up after 64 T1.',
    drachtio: 'It is repeated after 0.5, 1, 2, 4 s, and given up after 32 s, whatever the configured timers say.',
    why: 'One set of timers for everything.',
  },
  'cancel-race-reason': {
    when: 'Somebody answers as the application cancels.',
    ours: 'The BYE carries the Reason of that CANCEL, or none.',
    drachtio: 'The BYE carries `Reason: SIP;cause=200;text="ACK-BYE due to cancel race condition"`.',
    why: 'A telephone takes cause 200 for "answered elsewhere", and hides a missed call. The application reads the same text on both.',
  },
  'bye-grace': {
    when: 'A BYE comes right behind the answer to the INVITE.',
    ours: 'The application gets it `byeGrace` (100 ms) after it learnt that the call is up.',
    drachtio: 'The application gets it at once, often in one read with the echo that makes the dialog.',
    why: 'drachtio-srf handles a whole read before `await createUAS()` goes on: without a handler for `destroy` the end is lost, and the other leg stays up.',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceId = keyof typeof differences;
