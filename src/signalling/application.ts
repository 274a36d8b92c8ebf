import type { Device } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { allowedMethods, hopsLeft, inspectInvite, product } from './admission.ts';
import { UacLeg } from './callee-leg.ts';
import { UasLeg, type LegLog } from './caller-leg.ts';
import { OutgoingInvites, type OutgoingParts } from './outgoing.ts';
import type { CalleeLeg, CalleeListener, IncomingCall, Invitation, Signalling } from './port.ts';
import { flowOf, handleRegister, type RegistrationParts } from './registration.ts';
import type { HeaderFields, RequestHandler, SipApplication, SipRequest, SipResponder } from './srf.ts';
import { refuseUnserved } from './unserved.ts';
import { WhoCalls, type WhoCallsParts } from './who-calls.ts';

export interface SignallingParts extends WhoCallsParts, OutgoingParts {
  readonly application: SipApplication;
  readonly registration: RegistrationParts;
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

const everyResponse: HeaderFields = { Allow: allowedMethods, Server: product };

/** SIP as the exchange speaks it: who may register and call, and the legs of every call. */
export class SipSignalling implements Signalling {
  readonly #whoCalls: WhoCalls;
  readonly #outgoing: OutgoingInvites;

  constructor(private readonly parts: SignallingParts) {
    this.#whoCalls = new WhoCalls(parts);
    this.#outgoing = new OutgoingInvites(parts);
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
    const party = await this.#whoCalls.of(req, res);
    if (party === undefined) return;
    const refusal = inspectInvite(req);
    if (refusal !== undefined) {
      res.send(refusal.status, {
        headers: { ...everyResponse, ...refusal.headers, Warning: `399 ${product} "${refusal.detail}"` },
      });
      return;
    }
    this.parts.onIncoming({
      ...party,
      offer: req.body ?? '',
      via: flowOf(req)?.localAddress ?? '127.0.0.1',
      sipCallId: req.get('Call-ID') ?? '',
      hopsLeft: hopsLeft(req),
      receivedAt,
      leg,
    });
  }

  async #send(leg: UacLeg, invitation: Invitation): Promise<void> {
    const written = await this.#outgoing.write(invitation);
    if (written !== undefined) {
      leg.send(this.parts.application, written);
      return;
    }
    const { target } = invitation;
    const trunk = target.kind === 'trunk' ? { trunk: target.trunk.id, host: target.trunk.host } : {};
    this.parts.log.warn(trunk, 'no way to the trunk: check its host name and our routes');
    leg.fail(503);
  }
}
