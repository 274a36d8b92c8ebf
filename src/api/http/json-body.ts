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
      const parsed: unknown = JSON.parse(text, refuseProto);
      done(null, parsed);
    } catch {
      done(new Fault('BAD_REQUEST', notJson));
    }
  });
}

/** Copied carelessly, such a key would change the prototype of an object of ours. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('not a name');
  return value;
}
