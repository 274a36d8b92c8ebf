import type { Device, Trunk } from '../directory/types.ts';
import type { Clock } from '../kernel/clock.ts';
import { challenges, type DigestOffer, verifyDigest } from './digest/digest.ts';
import type { Nonces } from './digest/nonces.ts';
import type { SipRequest, SipResponder } from './srf.ts';

export interface AuthenticatorParts extends DigestOffer {
  readonly nonces: Nonces;
  readonly clock: Clock;
  readonly deviceByUsername: (username: string) => Promise<Device | undefined>;
}

/** Who has proved by digest to have sent a request. */
export type Authenticated =
  { readonly is: 'device'; readonly device: Device } | { readonly is: 'trunk'; readonly trunk: Trunk };

/** Finds out who sent a request, and challenges those that did not prove it. */
export class Authenticator {
  constructor(private readonly parts: AuthenticatorParts) {}

  /**
   * @returns undefined when the request was answered with a challenge
   * @throws what the store rejects with
   */
  async identify(req: SipRequest, res: SipResponder): Promise<Device | undefined> {
    const known = await this.identifyCaller(req, res, () => undefined);
    return known?.is === 'device' ? known.device : undefined;
  }

  /**
   * The same for who may also be a trunk that calls from anywhere.
   * @param trunkNamed the one that has this name in its `inbound`
   */
  async identifyCaller(
    req: SipRequest,
    res: SipResponder,
    trunkNamed: (username: string) => Trunk | undefined,
  ): Promise<Authenticated | undefined> {
    const { nonces, clock } = this.parts;
    // Kept by the verification's own look-up, so that the store is asked once.
    const known = new Map<string, Authenticated>();
    const verdict = await verifyDigest(
      { method: req.method, authorization: req.get('Authorization') },
      this.parts,
      nonces,
      async (username) => {
        const device = await this.parts.deviceByUsername(username);
        if (device !== undefined) {
          known.set(username, { is: 'device', device });
          return device.credentials;
        }
        const trunk = trunkNamed(username);
        if (trunk !== undefined) known.set(username, { is: 'trunk', trunk });
        return trunk?.inbound?.credentials;
      },
      clock.now(),
    );
    if (verdict.is === 'accepted') return known.get(verdict.username);
    // Two header fields: credentials may not be joined with commas (RFC 3261 §7.3.1), which is what drachtio-srf does to an array.
    const fields = challenges(this.parts, nonces.issue(clock.now()), verdict.stale).join('\r\nWWW-Authenticate: ');
    res.send(401, { headers: { 'WWW-Authenticate': fields } });
    return undefined;
  }
}
