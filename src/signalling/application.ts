import type { Caller } from '../call/party.ts';
import type { Device, Trunk, User, UserId } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock } from '../kernel/clock.ts';
import { fromField, nextHop, trunkUri } from './addressing.ts';
import { allowedMethods, dialledIn, hopsLeft, inspectInvite } from './admission.ts';
import type { Authenticator } from './authenticator.ts';
import { UacLeg, type OutgoingInvite } from './callee-leg.ts';
import { UasLeg, type LegLog } from './caller-leg.ts';
import { localAddressTowards } from './local-address.ts';
import type { CalleeLeg, CalleeListener, IncomingCall, Invitation, Signalling } from './port.ts';
import { flowOf, handleRegister, type RegistrationParts } from './registration.ts';
import type { HeaderFields, RequestHandler, SipApplication, SipRequest, SipResponder } from './srf.ts';
import { trunkCaller, TrunkSources } from './trunk-source.ts';
import { refuseUnserved } from './unserved.ts';

export interface SignallingParts {
  readonly application: SipApplication;
  readonly authenticator: Authenticator;
  readonly registration: RegistrationParts;
  readonly trunks: readonly Trunk[];
  readonly clock: Clock;
  readonly userById: (id: UserId) => Promise<User | undefined>;
  readonly onIncoming: (call: IncomingCall) => void;
  readonly onRegistration: (result: RegistrationResult) => void;
  readonly log: SignallingLog;
}

/** How a REGISTER ended. */
export type RegistrationResult = 'accepted' | 'removed' | 'challenged' | 'refused' | 'failed';

export interface SignallingLog extends LegLog {
  info(fields: Record<string, unknown>, text: string): void;
  error(fields: Record<string, unknown>, text: string): void;
}

const product = 'qaller-pbx';
const everyResponse: HeaderFields = { Allow: allowedMethods, Server: product };

/** SIP as the exchange speaks it: who may register and call, and the legs of every call. */
export class SipSignalling implements Signalling {
  readonly #sources: TrunkSources;
  readonly #viaOfTrunk = new Map<string, Promise<string | undefined>>();

  constructor(private readonly parts: SignallingParts) {
    this.#sources = new TrunkSources(parts.trunks);
    const { application } = parts;
    application.register(this.#guarded((req, res) => this.#register(req, res)));
    application.invite(this.#guarded((req, res) => this.#invite(req, res)));
    application.options((_req, res) => {
      res.send(200, { headers: { ...everyResponse, Accept: 'application/sdp' } });
    });
    refuseUnserved(application, everyResponse);
  }

  invite(invitation: Invitation, listener: CalleeListener): CalleeLeg {
    const leg = new UacLeg(listener, this.parts.log);
    this.#send(leg, invitation).catch((thrown: unknown) => {
      this.parts.log.error({ call: invitation.call, detail: Fault.from(thrown).message }, 'INVITE could not be made');
      leg.fail(500);
    });
    return leg;
  }

  /** A request whose handling broke is answered with its Fault's status, and the operator is told. */
  #guarded(handle: (req: SipRequest, res: SipResponder) => Promise<void>): RequestHandler {
    return (req, res) => {
      handle(req, res).catch((thrown: unknown) => {
        const fault = Fault.from(thrown);
        this.parts.log.error(
          { method: req.method, sipCallId: req.get('Call-ID'), fault: fault.code, detail: fault.message },
          'request failed',
        );
        res.send(fault.sip);
      });
    };
  }

  async #register(req: SipRequest, res: SipResponder): Promise<void> {
    try {
      const device = await this.parts.authenticator.identify(req, res);
      this.parts.onRegistration(device === undefined ? 'challenged' : await this.#bind(req, res, device));
    } catch (thrown) {
      this.parts.onRegistration('failed');
      throw thrown;
    }
  }

  async #bind(req: SipRequest, res: SipResponder, device: Device): Promise<RegistrationResult> {
    const result = await handleRegister(req, res, device, this.parts.registration);
    if (result.ok) return result.value.length === 0 ? 'removed' : 'accepted';
    this.parts.log.warn(
      { device: device.id, fault: result.error.code, detail: result.error.message },
      'REGISTER refused',
    );
    return 'refused';
  }

  async #invite(req: SipRequest, res: SipResponder): Promise<void> {
    const receivedAt = this.parts.clock.now();
    // Made at once: a CANCEL may come while the caller is being looked up.
    const leg = new UasLeg(this.parts.application, req, res, everyResponse, this.parts.log);
    const caller = await this.#callerOf(req, res);
    if (caller === undefined) return;
    const refusal = inspectInvite(req);
    if (refusal !== undefined) {
      res.send(refusal.status, {
        headers: { ...everyResponse, ...refusal.headers, Warning: `399 ${product} "${refusal.detail}"` },
      });
      return;
    }
    this.parts.onIncoming({
      caller,
      dialled: dialledIn(req.uri) ?? '',
      offer: req.body ?? '',
      via: flowOf(req)?.localAddress ?? '127.0.0.1',
      sipCallId: req.get('Call-ID') ?? '',
      hopsLeft: hopsLeft(req),
      receivedAt,
      leg,
    });
  }

  async #callerOf(req: SipRequest, res: SipResponder): Promise<Caller | undefined> {
    const trunk = this.#sources.at(req.source_address);
    if (trunk !== undefined) {
      const who = trunkCaller(req.get('P-Asserted-Identity'), req.get('From'), req.get('Privacy'));
      return { kind: 'trunk', trunk: trunk.id, tenant: trunk.tenant, ...who };
    }
    const device = await this.parts.authenticator.identify(req, res);
    return device === undefined ? undefined : this.#deviceCaller(device);
  }

  async #deviceCaller(device: Device): Promise<Caller> {
    const user = await this.parts.userById(device.user);
    if (user === undefined)
      throw new Fault('NOT_ALLOWED', `device ${device.username} belongs to nobody any more; remove it`);
    return {
      kind: 'device',
      tenant: device.tenant,
      user: user.id,
      device: device.id,
      name: user.name,
      extension: user.extension,
    };
  }

  async #send(leg: UacLeg, invitation: Invitation): Promise<void> {
    const { target } = invitation;
    if (target.kind === 'device') {
      leg.send(this.parts.application, this.#toDevice(invitation, target.binding));
      return;
    }
    const via = await this.#via(target.trunk);
    if (via === undefined) {
      this.parts.log.warn(
        { trunk: target.trunk.id, host: target.trunk.host },
        'no way to the trunk: check its host name and our routes',
      );
      leg.fail(503);
      return;
    }
    leg.send(this.parts.application, this.#toTrunk(invitation, target.trunk, target.number, via));
  }

  #toDevice(invitation: Invitation, binding: { contact: string; flow: Parameters<typeof nextHop>[0] }): OutgoingInvite {
    return {
      uri: binding.contact,
      proxy: nextHop(binding.flow),
      localSdp: invitation.offer(binding.flow.localAddress),
      headers: this.#headers(invitation, {}),
      auth: undefined,
    };
  }

  #toTrunk(invitation: Invitation, trunk: Trunk, number: string, via: string): OutgoingInvite {
    // The carrier bills and admits by the asserted number, whatever From shows (RFC 3325 §9.1).
    const shown = invitation.presentation.number;
    const asserted: HeaderFields = shown === undefined ? {} : { 'P-Asserted-Identity': `<sip:${shown}@localhost>` };
    return {
      uri: trunkUri(trunk, number),
      proxy: undefined,
      localSdp: invitation.offer(via),
      headers: this.#headers(invitation, asserted),
      auth: trunk.auth,
    };
  }

  #headers(invitation: Invitation, more: HeaderFields): HeaderFields {
    return {
      From: fromField(invitation.presentation),
      Allow: allowedMethods,
      'User-Agent': product,
      'Max-Forwards': String(invitation.hopsLeft),
      'Content-Type': 'application/sdp',
      ...more,
    };
  }

  #via(trunk: Trunk): Promise<string | undefined> {
    const known = this.#viaOfTrunk.get(trunk.id);
    if (known !== undefined) return known;
    const asked = localAddressTowards(trunk).then((address) => {
      // A name that does not resolve now may do so later.
      if (address === undefined) this.#viaOfTrunk.delete(trunk.id);
      return address;
    });
    this.#viaOfTrunk.set(trunk.id, asked);
    return asked;
  }
}
