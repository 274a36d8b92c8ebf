import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/kernel/system-clock.ts';
import type { DeliverySettings } from '../../src/push/delivery.ts';
import type { CircuitName, PushOutcome, PushPayload, PushService, PushTarget } from '../../src/push/port.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { type Act, answer, type Arrived, Script } from '../support/push/act.ts';

/** What an adapter is tried with. */
export interface Stage<Target extends PushTarget> {
  readonly service: PushService<Target>;
  readonly target: Target;
  connections(): number;
  /** The payload that a phone would read out of a request. */
  payloadOf(arrived: Arrived): unknown;
  close(): Promise<void>;
}

export interface StageSettings {
  readonly script: Script;
  readonly certificate: Certificate;
  /** PEM of the authority that signed the certificate. */
  readonly ca: string;
  readonly delivery: DeliverySettings;
}

/** How one service answers. */
export interface Manners {
  readonly accept: Act;
  readonly ill: Act;
  readonly unregistered: Act;
  readonly tooMany: (retryAfter: string) => Act;
  readonly badToken: Act;
  readonly cancels: boolean;
}

export function push(kind: 'call' | 'cancel' = 'call', withinMs = 2_000, display?: PushPayload['display']) {
  const shown = { kind: 'shown', prefix: 'Verkoop', number: '0612345678' } as const;
  return { kind, payload: { call: 'a1b2c3', display: display ?? shown, deadline: Date.now() + withinMs } };
}

/** One suite for every adapter: what the port promises, over real sockets, to a service that misbehaves. */
export function describePushService<Target extends PushTarget>(
  name: string,
  manners: Manners,
  start: (settings: StageSettings) => Promise<Stage<Target>>,
): void {
  describe(`a push service on ${name}`, () => {
    let authority: Authority;
    const { accept, ill, unregistered, tooMany, badToken } = manners;
    let certificate: Certificate;
    let stranger: Certificate;
    let ca: string;
    let script: Script;
    let stage: Stage<Target>;
    let circuits: CircuitName[];

    before(() => {
      authority = new Authority();
      ca = readFileSync(authority.cert, 'utf8');
      certificate = authority.certificate('DNS:localhost');
      stranger = authority.certificate('DNS:elsewhere.example.com');
    });
    after(() => authority.remove());

    async function set(with_ = certificate, attemptMs = 2_000): Promise<void> {
      script = new Script(accept);
      circuits = [];
      const delivery: DeliverySettings = {
        clock: systemClock,
        random: () => 0.5,
        onState: (_host, circuit) => circuits.push(circuit),
        attemptMs,
        backoff: { firstMs: 10, longestMs: 20 },
        circuit: { failuresToOpen: 4, openMs: 400, longestOpenMs: 1_000 },
      };
      stage = await start({ script, certificate: with_, ca, delivery });
    }
    beforeEach(() => set());
    afterEach(() => stage.close());

    const wake = (withinMs?: number, signal?: AbortSignal): Promise<PushOutcome> =>
      stage.service.wake({
        target: stage.target,
        ...push('call', withinMs),
        ...(signal === undefined ? {} : { signal }),
      });
    const payloads = (): unknown[] => script.arrived.map((arrived) => stage.payloadOf(arrived));

    it('carries the call, who calls and the deadline, and nothing else', async () => {
      const sent = push('call');
      assert.equal((await stage.service.wake({ target: stage.target, ...sent })).outcome, 'accepted');
      const { deadline } = sent.payload;
      assert.deepEqual(payloads(), [
        { kind: 'call', call: 'a1b2c3', display: { prefix: 'Verkoop', number: '0612345678' }, deadline },
      ]);
    });

    it('says of an anonymous caller that it is anonymous, and nothing else', async () => {
      const sent = push('call', 2_000, { kind: 'anonymous' });
      await stage.service.wake({ target: stage.target, ...sent });
      const { deadline } = sent.payload;
      assert.deepEqual(payloads(), [{ kind: 'call', call: 'a1b2c3', display: { anonymous: true }, deadline }]);
    });

    it(manners.cancels ? 'tells that a call is over' : 'refuses to tell that a call is over', async () => {
      const { outcome } = await stage.service.wake({ target: stage.target, ...push('cancel') });
      assert.equal(outcome, manners.cancels ? 'accepted' : 'refused');
      assert.deepEqual(
        payloads().map((payload) => (payload as { kind: string }).kind),
        manners.cancels ? ['cancel'] : [],
      );
    });

    it('keeps its connection', async () => {
      for (let i = 0; i < 5; i++) await wake();
      assert.equal(new Set(script.arrived.map(({ connection }) => connection)).size, 1);
    });

    it('says that a token is gone, and asks once', async () => {
      script.first(unregistered);
      assert.equal((await wake()).outcome, 'unregistered');
      assert.equal(script.arrived.length, 1);
    });

    it('raises an alarm about a token that cannot be right, and does not say that it is gone', async () => {
      script.first(badToken);
      assert.equal((await wake()).outcome, 'alarm');
      assert.equal(script.arrived.length, 1);
    });

    it('asks again when the service is ill, and later each time', async () => {
      script.first(ill, ill);
      assert.equal((await wake()).outcome, 'accepted');
      const [first, second, third] = script.arrived.map(({ at }) => at);
      assert.ok(second! - first! >= 7, `asked again after ${second! - first!} ms`);
      assert.ok(third! - second! >= 14, `asked again after ${third! - second!} ms`);
    });

    it('gives up at once when it is told to wait beyond the deadline', async () => {
      script.first(tooMany('60'));
      const since = performance.now();
      assert.equal((await wake(2_000)).outcome, 'too-late');
      assert.ok(performance.now() - since < 1_500);
      assert.equal(script.arrived.length, 1);
    });

    it('asks again when no answer comes', async () => {
      await stage.close();
      await set(certificate, 250);
      script.first({ does: 'nothing' });
      assert.equal((await wake()).outcome, 'accepted');
      assert.equal(script.arrived.length, 2);
    });

    it('settles by the deadline when no answer ever comes', async () => {
      script.usual = { does: 'nothing' };
      const since = performance.now();
      assert.equal((await wake(250)).outcome, 'too-late');
      const tookMs = performance.now() - since;
      assert.ok(tookMs > 140 && tookMs < 1_500, `took ${tookMs} ms`);
    });

    for (const does of ['reset', 'break-off'] as const) {
      it(`asks again after the connection went (${does})`, async () => {
        script.first({ does });
        assert.equal((await wake()).outcome, 'accepted');
        assert.equal(script.arrived.length, 2);
      });
    }

    it('gives up when each connection is reset, without a storm of attempts', async () => {
      script.usual = { does: 'reset' };
      const { outcome } = await wake(300);
      assert.ok(outcome === 'too-late' || outcome === 'refused', outcome);
      assert.ok(script.arrived.length <= 12, `${script.arrived.length} attempts`);
      assert.equal(circuits[0], 'open');
    });

    for (const [what, body] of Object.entries({
      'no JSON': '<html>\u0000\u00ff',
      'JSON of another shape': '[{"error":[null],"reason":{"reason":1}}]',
      'far too much': 'x'.repeat(300_000),
    })) {
      it(`asks again when a failure brings ${what}`, async () => {
        script.first(answer(503, body));
        assert.equal((await wake()).outcome, 'accepted');
      });

      it(`does not take a token for gone by a refusal that brings ${what}`, async () => {
        script.usual = answer(400, body);
        assert.equal((await wake(1_000)).outcome, 'alarm');
      });
    }

    it('does not speak to one whose certificate is of another name', async () => {
      await stage.close();
      await set(stranger);
      const outcome = await wake();
      assert.deepEqual([outcome.outcome, 'about' in outcome && outcome.about], ['alarm', 'certificate']);
      assert.equal(script.arrived.length, 0);
    });

    it('leaves a service alone that is ill for all, and returns when it is well', async () => {
      await wake();
      script.usual = ill;
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => wake(200)));
      assert.ok(outcomes.every(({ outcome }) => outcome === 'too-late' || outcome === 'refused'));
      assert.deepEqual(circuits, ['open']);
      const asked = script.arrived.length;
      script.usual = accept;
      assert.equal((await wake(30)).outcome, 'refused', 'a wake whose deadline is before the circuit closes');
      assert.equal(script.arrived.length, asked, 'nothing was asked meanwhile');
      assert.equal((await wake(2_000)).outcome, 'accepted', 'one whose deadline is later');
      assert.deepEqual(circuits, ['open', 'half-open', 'closed']);
    });

    it('sends nothing after the deadline', async () => {
      assert.equal((await wake(0)).outcome, 'too-late');
      assert.equal(script.arrived.length, 0);
    });

    it('stops at once when waking is no longer wanted', async () => {
      script.usual = { does: 'nothing' };
      const controller = new AbortController();
      const outcome = wake(5_000, controller.signal);
      await script.count(1);
      const since = performance.now();
      controller.abort();
      assert.equal((await outcome).outcome, 'too-late');
      assert.ok(performance.now() - since < 1_000);
      assert.equal((await wake(5_000, AbortSignal.abort())).outcome, 'too-late');
      assert.equal(script.arrived.length, 1);
      assert.deepEqual(circuits, []);
    });

    it('refuses what is in progress when it is closed, and what comes later', async () => {
      script.usual = { does: 'nothing' };
      const outcome = wake(5_000);
      await script.count(1);
      stage.service.close();
      stage.service.close();
      assert.equal((await outcome).outcome, 'refused');
      assert.equal((await wake()).outcome, 'refused');
    });

    it('carries a hundred at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => wake(5_000)));
      assert.deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ['accepted']);
      assert.equal(script.arrived.length, 100);
    });
  });
}
