import type { Api } from './app.ts';

/** A query is text: what is written as a whole number in it is one for the schema. Bodies are taken as they are. */
export function readNumbersOfQuery(api: Api): void {
  api.addHook('preValidation', (request, _reply, done) => {
    const { query } = request;
    if (typeof query === 'object' && query !== null)
      request.query = Object.fromEntries(Object.entries(query).map(read));
    done();
  });
}

/** These alone: a cursor or an id may look like a number and is none. */
const numbers: ReadonlySet<string> = new Set(['limit']);

function read([name, value]: [string, unknown]): [string, unknown] {
  return [name, numbers.has(name) && typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value];
}
