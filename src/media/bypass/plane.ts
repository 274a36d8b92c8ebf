import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type {
  AnsweringEndpoint,
  EndpointSpec,
  MediaEndpoint,
  MediaLoad,
  MediaPlane,
  OfferingEndpoint,
  SdpText,
} from '../port.ts';
import { BypassAnswering, BypassOffering, BypassSession } from './endpoints.ts';

/**
 * A media plane that carries nothing: each party gets the other's own description, and RTP goes
 * from phone to phone. For networks in which phones reach each other, and for measuring the rest.
 * It hears no sound, so it tells of no silence and counts no packet; a party cannot move; and it
 * cannot join two parties that we called ourselves, for it has nothing of its own to offer.
 */
export class BypassPlane implements MediaPlane {
  readonly name = 'bypass';
  readonly can = { transcode: false, record: false, play: false };
  readonly #open = new Set<BypassSession>();
  #opened = 0;
  #closed = false;

  answering(spec: EndpointSpec & { readonly offer: SdpText }): Promise<Result<AnsweringEndpoint, Fault>> {
    const session = this.#session(spec);
    if (!session.ok) return Promise.resolve(session);
    const heard = session.value.listen(spec.offer);
    if (!heard.ok) session.value.close();
    return Promise.resolve(heard.ok ? ok(new BypassAnswering(session.value)) : heard);
  }

  offering(
    spec: EndpointSpec & { readonly like: MediaEndpoint | undefined },
  ): Promise<Result<OfferingEndpoint, Fault>> {
    const like = spec.like === undefined ? undefined : sessionOf(spec.like)?.sdp;
    if (like === undefined) {
      return Promise.resolve(
        err(new Fault('MEDIA_FAILED', 'media bypass has no offer of its own; configure the relay')),
      );
    }
    const session = this.#session(spec);
    return Promise.resolve(session.ok ? ok(new BypassOffering(session.value, like)) : session);
  }

  bridge(one: MediaEndpoint, other: MediaEndpoint): Promise<Result<void, Fault>> {
    const [first, second] = [sessionOf(one), sessionOf(other)];
    if (first?.sdp === undefined || second?.sdp === undefined || first === second) {
      return Promise.resolve(err(new Fault('MEDIA_FAILED', 'bridge two endpoints of which each has been described')));
    }
    for (const session of [first, second]) {
      if (session.peer?.peer === session) session.peer.peer = undefined;
    }
    first.peer = second;
    second.peer = first;
    return Promise.resolve(ok());
  }

  load(): MediaLoad {
    return { endpoints: this.#open.size, portsUsed: 0, portsFree: 0 };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#open.clear();
    return Promise.resolve();
  }

  #session({ call }: EndpointSpec): Result<BypassSession, Fault> {
    if (this.#closed) return err(new Fault('SHUTTING_DOWN', 'media is closed; place the call with another server'));
    this.#opened += 1;
    const session = new BypassSession(`${call}/${this.#opened}`, () => {
      this.#open.delete(session);
    });
    this.#open.add(session);
    return ok(session);
  }
}

function sessionOf(endpoint: MediaEndpoint): BypassSession | undefined {
  return endpoint instanceof BypassAnswering || endpoint instanceof BypassOffering ? endpoint.session : undefined;
}
