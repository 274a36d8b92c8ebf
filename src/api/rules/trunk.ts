import type { Static } from 'typebox';
import type { Trunk } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { isLinkLocal, isLoopback, isPrivate, parseIp } from '../../kernel/ip-address.ts';
import type { trunkBody } from '../schema/trunk.ts';

/**
 * A company may not have the exchange speak to machines of whoever runs it. Names are looked up when a call is made, so
 * one that leads there is for the firewall to stop.
 * @throws Fault NOT_POSSIBLE
 */
export function demandPublicHost(host: string): void {
  const address = parseIp(host.replace(/^\[|\]$/g, ''));
  const isOurs =
    address === undefined
      ? /^(?:localhost|.*\.(?:localhost|local|internal))\.?$/i.test(host)
      : isLoopback(address) || isPrivate(address) || isLinkLocal(address) || isUnspecified(address.words);
  if (isOurs) throw new Fault('NOT_POSSIBLE', `${host} is an address inside a network: give the carrier's public one`);
}

function isUnspecified(words: readonly number[]): boolean {
  return words.every((word) => word === 0);
}

/**
 * What we show a carrier that challenges us. A password that is left out stays, but only for the same account at the
 * same host: else it would be told to another.
 */
export function trunkAuth(
  wire: Static<typeof trunkBody>['auth'],
  host: string,
  current: Trunk | undefined,
): Trunk['auth'] {
  if (wire === undefined) return undefined;
  const { username, password } = wire;
  if (password !== undefined) return { username, password };
  if (current?.auth?.username === username && current.host === host) return current.auth;
  throw new Fault('NOT_POSSIBLE', 'give the password too: it is kept only while account and host stay the same');
}

/** A trunk that nothing proves to be the carrier could be anybody. */
export function demandProof({ auth, registers, inbound }: Pick<Trunk, 'auth' | 'registers' | 'inbound'>): void {
  if (registers !== undefined && auth === undefined) {
    throw new Fault('NOT_POSSIBLE', 'to register, a trunk needs auth: the account at the carrier');
  }
  if (auth !== undefined || inbound !== undefined) return;
  throw new Fault(
    'NOT_POSSIBLE',
    'a trunk needs auth, inbound or both: by its networks alone only whoever runs the exchange can let a carrier in',
  );
}
