import type { RoutingLookups } from './port.ts';

/** The same lookups, which ask what may be asked twice within one decision only once. Not to be kept any longer. */
export function remembered(lookups: RoutingLookups): RoutingLookups {
  return {
    ...lookups,
    tenant: once((id) => lookups.tenant(id)),
    user: once((id) => lookups.user(id)),
    userBySim: once((number) => lookups.userBySim(number)),
    companyNumber: once((number) => lookups.companyNumber(number)),
    firstNumber: once((tenant) => lookups.firstNumber(tenant)),
  };
}

function once<Key, Value>(ask: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  return (key) => {
    const asked = known.get(key) ?? ask(key);
    known.set(key, asked);
    return asked;
  };
}
