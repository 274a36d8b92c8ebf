import type { Caller } from '../call/party.ts';
import type { TrunkNumbers } from '../directory/number-format.ts';
import type { Trunks } from '../directory/trunks.ts';
import type { Device, Trunk, User, UserId } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { dialledIn } from './admission.ts';
import type { Authenticator } from './authenticator.ts';
import type { SipRequest, SipResponder } from './srf.ts';
import { trunkCaller } from './trunk/caller.ts';
import { TrunkSources } from './trunk/sources.ts';
import type { TrunkWatch } from './trunk/watch.ts';

export interface WhoCallsParts {
  readonly authenticator: Authenticator;
  readonly trunks: Trunks;
  readonly watch: TrunkWatch;
  readonly numbers: TrunkNumbers;
  readonly userById: (id: UserId) => Promise<User | undefined>;
  /** Whose SIM it is. @param number as it is kept of a user, in international form; any other is nobody's */
  readonly userBySim: (number: string) => Promise<User | undefined>;
}

export interface IncomingParty {
  readonly caller: Caller;
  /** What the caller wants to reach, percent-decoded; of a trunk in international form where it is a valid number. */
  readonly dialled: string;
}

/** Finds out who sent an INVITE: by its path, or by digest; never by what a phone writes. */
export class WhoCalls {
  #sources: { readonly of: readonly Trunk[]; readonly networks: TrunkSources } = {
    of: [],
    networks: new TrunkSources([]),
  };

  constructor(private readonly parts: WhoCallsParts) {}

  /** @returns undefined when the request was answered with a challenge */
  async of(req: SipRequest, res: SipResponder): Promise<IncomingParty | undefined> {
    const user = dialledIn(req.uri) ?? '';
    const trunk = this.parts.watch.registrarAt(user, req.source_address) ?? this.#networks().at(req.source_address);
    if (trunk !== undefined) return this.#fromTrunk(req, user, trunk);
    const known = await this.parts.authenticator.identifyCaller(req, res, (name) =>
      this.parts.trunks.all().find(({ inbound }) => inbound?.username === name),
    );
    if (known === undefined) return undefined;
    if (known.is === 'trunk') return this.#fromTrunk(req, user, known.trunk);
    return { caller: await this.#deviceCaller(known.device), dialled: user };
  }

  #networks(): TrunkSources {
    const all = this.parts.trunks.all();
    if (this.#sources.of !== all) this.#sources = { of: all, networks: new TrunkSources(all) };
    return this.#sources.networks;
  }

  async #fromTrunk(req: SipRequest, user: string, trunk: Trunk): Promise<IncomingParty> {
    const { numbers, userBySim } = this.parts;
    const written = this.parts.watch.isOwnContact(trunk.id, user) ? calledParty(req) : user;
    const { number, name, withheld } = trunkCaller({
      asserted: req.get('P-Asserted-Identity'),
      remoteParty: req.get('Remote-Party-ID'),
      from: req.get('From'),
      privacy: req.get('Privacy'),
    });
    const read = number === undefined ? undefined : numbers.read(number, trunk);
    const sim = trunk.purpose === 'mobile' && read !== undefined ? await userBySim(read) : undefined;
    if (sim !== undefined && (trunk.tenant === undefined || trunk.tenant === sim.tenant)) {
      const { id, tenant, name: known, extension } = sim;
      const caller: Caller = { kind: 'sim', tenant, user: id, trunk: trunk.id, name: known, extension };
      // What the user's fingers dialled is read as at any other phone of the user's, in the country of the tenant.
      return { caller, dialled: trunk.format === 'digits' ? numbers.read(written, trunk) : written };
    }
    return {
      caller: { kind: 'trunk', trunk: trunk.id, tenant: trunk.tenant, number: withheld ? undefined : read, name },
      dialled: numbers.read(written, trunk),
    };
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
}

/** Whom a call is for that a registrar sent to our Contact: the request-URI was rewritten to that (RFC 7315 §4.2). */
function calledParty(req: SipRequest): string {
  const field = req.get('P-Called-Party-ID') ?? req.get('To') ?? '';
  return dialledIn(/<([^>]+)>/.exec(field)?.[1] ?? field.trim()) ?? '';
}
