import assert from 'node:assert/strict';
import { Authority } from './certificates.ts';
import { freePort } from './free-port.ts';
import { Phone } from './phone/phone.ts';
import type { Transport } from './phone/link.ts';
import { ServerProcess } from './server-process.ts';
import { registerFrom, runSipp, Sipp, type SippOptions, type SippReport, type SippUser } from './sipp.ts';
import { type CarriedTransport, SippBridge } from './sipp-bridge.ts';

/** SIPp 3.6 stops at the first algorithm that it does not know, where RFC 8760 has it pass over it. */
const digest = ['MD5'];

export const trunkAddress = '127.0.0.21';
export const strangersAddress = '127.0.0.22';

type Part = Partial<Omit<SippOptions, 'scenario' | 'transport' | 'server'>>;

/** The whole program, and SIPps that play its phones and its carrier, all over one transport: but no carrier has a WebSocket. */
export class SippCompany {
  /** The scenarios that were played to their end. */
  readonly played = new Set<string>();
  readonly #open: { close(): unknown }[] = [];
  readonly #bridges: SippBridge[] = [];

  private constructor(
    readonly transport: Transport,
    readonly server: ServerProcess,
    private readonly authority: Authority,
    private readonly trunkPort: number,
  ) {}

  static async start(transport: Transport, { ringSeconds }: { ringSeconds: number }): Promise<SippCompany> {
    const authority = new Authority();
    const trunkPort = await freePort(trunkAddress);
    const trunk = { host: trunkAddress, port: trunkPort, transport: carriersTransport(transport) };
    const listen = [...new Set(['udp', transport])].map((one) => `${one}:127.0.0.1:0`);
    const tls = { certificate: authority.certificate('IP:127.0.0.1'), trusted: authority.cert };
    const config = {
      sip: { digest, listen, tls },
      trunks: [{ id: 'carrier', ...trunk, sources: [`${trunkAddress}/32`] }],
      calls: { ringSeconds },
    };
    return new SippCompany(transport, await ServerProcess.start({ config }), authority, trunkPort);
  }

  user(username: string, target?: string): SippUser {
    const { password } = this.server.account(username);
    return target === undefined ? { username, password } : { username, password, target };
  }

  /** Plays a scenario that begins with a message of SIPp's. */
  async play(scenario: string, part: Part = {}): Promise<SippReport> {
    return this.#playOver(this.transport, scenario, part);
  }

  /** The same for a scenario of the carrier. */
  async playCarrier(scenario: string, part: Part = {}): Promise<SippReport> {
    return this.#playOver(carriersTransport(this.transport), scenario, { address: trunkAddress, ...part });
  }

  /** @param from a user, who calls that extension or number */
  call(scenario: string, from: string, target: string, part: Part = {}): Promise<SippReport> {
    return this.play(scenario, { users: [this.user(from, target)], ...part });
  }

  /** A phone that is registered, and plays its part when it is called: on TCP, TLS and WSS over the same flow. */
  async listener(scenario: string, username: string, part: Part = {}): Promise<{ finished(): Promise<SippReport> }> {
    const sipp =
      this.transport === 'udp'
        ? await this.#registeredOnUdp(scenario, username, part)
        : await this.#registeredOnFlow(this.transport, scenario, username, part);
    this.#open.push(sipp, { close: () => this.forget(username) });
    return { finished: () => this.#finished(scenario, sipp.finished()) };
  }

  /** The carrier that calls to the outside go to. */
  async carrier(scenario: string, part: Part = {}): Promise<{ finished(): Promise<SippReport> }> {
    const transport = carriersTransport(this.transport);
    const port = transport === 'tls' ? await freePort(trunkAddress) : this.trunkPort;
    const own = { address: trunkAddress, port, transport: spokenBySipp(transport) };
    const sipp = await Sipp.start({ scenario, ...own, ...part });
    this.#open.push(sipp);
    if (transport === 'tls') {
      const certificate = this.authority.certificate(`IP:${trunkAddress}`);
      const at = { address: trunkAddress, port: this.trunkPort };
      this.#keep(await SippBridge.forCarrier(at, certificate, sipp.local));
    }
    return { finished: () => this.#finished(scenario, sipp.finished()) };
  }

  /** Takes all bindings away (RFC 3261 §10.2.2), else the next test's calls ring there too. */
  async forget(username: string): Promise<void> {
    const { password } = this.server.account(username);
    const phone = await Phone.start({ username, password, server: this.server.sip() });
    await phone.register({ expires: 0, contact: '*' });
    await phone.close();
  }

  /** For the end of each test. @throws when a bridge had something to object to */
  async tidy(): Promise<void> {
    for (const party of this.#open.splice(0).reverse()) await party.close();
    assert.deepEqual(
      this.#bridges.splice(0).flatMap(({ faults }) => faults),
      [],
    );
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.authority.remove();
    assert.deepEqual(this.server.logged('error'), []);
  }

  async #playOver(transport: Transport, scenario: string, part: Part): Promise<SippReport> {
    const sipp = { scenario, transport: spokenBySipp(transport), keys: { domain: '127.0.0.1' }, ...part };
    if (transport === 'udp' || transport === 'tcp') {
      return this.#finished(scenario, runSipp({ ...sipp, server: this.server.sip(transport) }));
    }
    const address = part.address ?? '127.0.0.1';
    const bridge = await SippBridge.forCallers({ ...this.#carried(transport), address });
    this.#keep(bridge);
    return this.#finished(scenario, runSipp({ ...sipp, server: bridge.near }));
  }

  #carried(transport: CarriedTransport) {
    return { transport, server: this.server.sip(transport), trusted: this.authority.cert };
  }

  async #registeredOnUdp(scenario: string, username: string, part: Part): Promise<Sipp> {
    const probe = await Phone.start({ username, server: this.server.sip() });
    const { local } = probe;
    await probe.close();
    await registerFrom(local, this.server.sip(), [this.user(username)]);
    return Sipp.start({ scenario, ...local, ...part });
  }

  async #registeredOnFlow(transport: CarriedTransport, scenario: string, username: string, part: Part) {
    const bridge = await SippBridge.forCalled(this.#carried(transport));
    this.#keep(bridge);
    const users = [this.user(username)];
    await runSipp({ scenario: 'register', transport: 'tcp', server: bridge.near, users });
    const sipp = await Sipp.start({ scenario, transport: 'tcp', ...part });
    await bridge.callsGoTo(sipp.local);
    return sipp;
  }

  #keep(bridge: SippBridge): void {
    this.#bridges.push(bridge);
    this.#open.push(bridge);
  }

  async #finished(scenario: string, report: Promise<SippReport>): Promise<SippReport> {
    const done = await report;
    this.played.add(scenario);
    return done;
  }
}

function carriersTransport(transport: Transport): 'udp' | 'tcp' | 'tls' {
  return transport === 'wss' ? 'udp' : transport;
}

function spokenBySipp(transport: Transport): 'udp' | 'tcp' {
  return transport === 'udp' ? 'udp' : 'tcp';
}
