import { Fault } from '../../faults/fault.ts';
import type { Api } from './app.ts';
import { notJson } from './problem.ts';

/** JSON is the only body that is read. An empty one is none: many clients name a type with every DELETE. */
export function readJsonOnly(api: Api): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = typeof body === 'string' ? body : body.toString('utf8');
    if (text === '') {
      done(null, undefined);
      return;
    }
    try {
      const parsed: unknown = JSON.parse(text, refuseOdd);
      done(null, parsed);
    } catch (thrown) {
      done(thrown instanceof Fault ? thrown : new Fault('BAD_REQUEST', notJson));
    }
  });
}

/**
 * Copied carelessly, the key `__proto__` would change the prototype of an object of ours. Control characters and halves of
 * characters are in nobody's name, and would go on from here into SIP, SQLite and the log.
 */
function refuseOdd(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('not a name');
  if (typeof value === 'string' && /[\p{Cc}\p{Cs}]/u.test(value)) throw unprintable();
  return value;
}

function unprintable(): Fault {
  return new Fault('BAD_REQUEST', 'a text in the body has control characters or half a character: remove them');
}
