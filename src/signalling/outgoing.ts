import type { TrunkNumbers } from '../directory/number-format.ts';
import type { Trunk } from '../directory/types.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { fromField, nextHop, trunkUri } from './addressing.ts';
import { allowedMethods, product } from './admission.ts';
import type { OutgoingInvite } from './callee-leg.ts';
import { Proof } from './digest/proof.ts';
import { localAddressTowards } from './local-address.ts';
import type { Invitation } from './port.ts';
import type { HeaderFields } from './srf.ts';
import { trunkIdentity } from './trunk/identity.ts';

export interface OutgoingParts {
  readonly numbers: TrunkNumbers;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
}

/** Our address towards a trunk is found out anew after so long: interfaces and names change. */
const viaLastsMs = 60_000;

/** Writes the INVITEs to those who are rung. */
export class OutgoingInvites {
  readonly #vias = new Map<string, { readonly until: Instant; readonly via: Promise<string | undefined> }>();

  constructor(private readonly parts: OutgoingParts) {}

  /** @returns undefined when there is no way to the trunk: its name does not resolve, or no interface leads there */
  async write(invitation: Invitation): Promise<OutgoingInvite | undefined> {
    const { target } = invitation;
    if (target.kind === 'device') {
      const { contact, flow } = target.binding;
      return {
        uri: contact,
        proxy: nextHop(flow),
        localSdp: invitation.offer(flow.localAddress),
        headers: fields(invitation, { From: fromField(invitation.presentation) }),
        proof: undefined,
      };
    }
    const { trunk, number } = target;
    const via = await this.#via(trunk);
    if (via === undefined) return undefined;
    const write = (one: string): string => this.parts.numbers.write(one, trunk);
    return {
      uri: trunkUri(trunk, write(number)),
      proxy: undefined,
      localSdp: invitation.offer(via),
      headers: fields(invitation, trunkIdentity(trunk, invitation.presentation, number, write)),
      proof: trunk.auth === undefined ? undefined : new Proof(trunk.auth, this.parts.random),
    };
  }

  #via(trunk: Trunk): Promise<string | undefined> {
    const key = trunkUri(trunk, '');
    const now = this.parts.clock.now();
    const known = this.#vias.get(key);
    if (known !== undefined && now < known.until) return known.via;
    const via = localAddressTowards(trunk).then((address) => {
      // A name that does not resolve now may do so at the next call.
      if (address === undefined) this.#vias.delete(key);
      return address;
    });
    this.#vias.set(key, { until: now + viaLastsMs, via });
    return via;
  }
}

function fields(invitation: Invitation, identity: HeaderFields): HeaderFields {
  return {
    ...identity,
    Allow: allowedMethods,
    'User-Agent': product,
    'Max-Forwards': String(invitation.hopsLeft),
    'Content-Type': 'application/sdp',
  };
}
