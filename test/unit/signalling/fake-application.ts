import assert from 'node:assert/strict';
import type {
  HeaderFields,
  SentInvite,
  SipAnswer,
  SipApplication,
  SipDialog,
  SipRequest,
  SipResponder,
} from '../../../src/signalling/srf.ts';

/** A dialog of drachtio-srf: what was sent on it, and its events by hand. */
export class FakeDialog implements SipDialog {
  readonly connected = true;
  readonly remote: { readonly sdp: string | undefined };
  readonly local = { sdp: 'local' };
  readonly byes: HeaderFields[] = [];
  auth?: { readonly username: string; readonly password: string };
  readonly #listeners = new Map<string, ((...given: never[]) => void)[]>();

  constructor(sdp: string | undefined = 'remote') {
    this.remote = { sdp };
  }

  on(event: string, listener: (...given: never[]) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  destroy({ headers }: { headers: HeaderFields }, done: (error: Error | null) => void): void {
    this.byes.push(headers);
    done(null);
  }

  ack(): void {
    this.#emit('ack');
  }

  bye(why = 'normal release'): void {
    this.#emit('destroy', {}, why);
  }

  modify(req: SipRequest, res: SipResponder): void {
    this.#emit('modify', req, res);
  }

  #emit(event: string, ...given: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...(given as never[]));
  }
}

export class FakeInvite implements SentInvite {
  readonly cancels: HeaderFields[] = [];

  constructor(private readonly headers: HeaderFields = {}) {}

  get(header: string): string | undefined {
    return this.headers[header];
  }

  cancel({ headers }: { headers: HeaderFields }, done: (error: Error | null) => void): void {
    this.cancels.push(headers);
    done(null);
  }
}

type CreateUac = Parameters<SipApplication['createUAC']>;
type CreateUas = Parameters<SipApplication['createUAS']>;

/** A response, as drachtio-srf hands it over. */
export function answer(status: number, headers: HeaderFields = {}): SipAnswer {
  return { status, source_address: '192.0.2.7', source_port: 5060, get: (header) => headers[header] };
}

/** drachtio-srf as far as the legs use it: it keeps what it was asked, and a test answers when it likes. */
export class FakeApplication {
  /** The INVITE before was answered, so that another may follow. */
  refused = false;
  uac: { uri: string; options: CreateUac[1]; progress: CreateUac[2]; done: CreateUac[3] } | undefined;
  uas: { options: CreateUas[2]; done: CreateUas[3] } | undefined;

  readonly application: SipApplication = {
    connect: unexpected,
    disconnect: unexpected,
    on: unexpected,
    invite: unexpected,
    register: unexpected,
    options: unexpected,
    info: unexpected,
    message: unexpected,
    notify: unexpected,
    publish: unexpected,
    refer: unexpected,
    subscribe: unexpected,
    request: unexpected,
    createUAC: (uri, options, progress, done) => {
      assert.ok(this.uac === undefined || this.refused, 'a second INVITE');
      this.refused = false;
      this.uac = { uri, options, progress, done };
    },
    createUAS: (_req, _res, options, done) => {
      assert.equal(this.uas, undefined, 'a second 200');
      this.uas = { options, done };
    },
  };
}

function unexpected(): void {
  assert.fail('a leg does not do that');
}
