import type { Clock } from '../../kernel/clock.ts';
import { repeated } from '../challenged.ts';
import type { Proof } from '../digest/proof.ts';
import type { HeaderFields, SipAnswer, SipApplication } from '../srf.ts';

export interface Question {
  readonly method: 'OPTIONS' | 'REGISTER';
  readonly uri: string;
  /** The next hop, with its transport. */
  readonly proxy: string;
  readonly headers: HeaderFields;
  /** For a challenge; undefined: a challenge is an answer like any. */
  readonly proof: Proof | undefined;
}

/**
 * Sends a request outside dialogs, once more where it is challenged.
 * @returns the final response; undefined when none came within so many milliseconds, or nothing could be sent
 */
export function ask(
  application: SipApplication,
  clock: Clock,
  question: Question,
  withinMs: number,
): Promise<SipAnswer | undefined> {
  return new Promise((resolve) => {
    let over = false;
    const finish = (answer: SipAnswer | undefined): void => {
      if (over) return;
      over = true;
      timer.cancel();
      resolve(answer);
    };
    const timer = clock.after(withinMs, () => {
      finish(undefined);
    });
    send(application, question, (answer, again) => {
      if (over) return;
      if (again === undefined) finish(answer);
      else again();
    });
  });
}

function send(
  application: SipApplication,
  question: Question,
  done: (answer: SipAnswer | undefined, again: (() => void) | undefined) => void,
): void {
  const { method, uri, proxy, headers, proof } = question;
  try {
    application.request(uri, { method, headers: { ...headers }, proxy }, (_error, sent) => {
      if (sent === undefined) {
        done(undefined, undefined);
        return;
      }
      sent.on('response', (answer) => {
        if (answer.status < 200) return;
        const challenged = answer.status === 401 || answer.status === 407;
        const credentials = challenged ? proof?.answer(answer, method, uri) : undefined;
        if (credentials === undefined) done(answer, undefined);
        else {
          const next = repeated(question, sent, answer, credentials);
          done(answer, () => {
            send(application, { ...question, ...next, proxy: next.proxy ?? proxy }, done);
          });
        }
      });
    });
  } catch {
    // drachtio-srf throws where it has no connection with the SIP server.
    done(undefined, undefined);
  }
}
