import assert from 'node:assert/strict';
import type { CallId } from '../../../src/call/party.ts';
import type { CallRecord } from '../../../src/call/record.ts';
import { newTenant, newUser } from '../../../src/directory/new.ts';
import { normalRoute, type PersonalRoute } from '../../../src/directory/destination.ts';
import type { E164, Extension, Trunk, UserId } from '../../../src/directory/types.ts';
import { normaliseDialled } from '../../../src/directory/libphonenumber/normalise.ts';
import { Fault } from '../../../src/faults/fault.ts';
import { err, ok } from '../../../src/kernel/result.ts';
import type { RoutingLookups } from '../../../src/routing/port.ts';
import type { CalleeListener, CallerListener, Invitation } from '../../../src/signalling/port.ts';
import type { LeftMessage } from '../../../src/switchboard/messages.ts';
import { Switchboard } from '../../../src/switchboard/switchboard.ts';
import { TrunkChannels } from '../../../src/switchboard/trunk-channels.ts';
import { policy } from '../../support/call-policy.ts';
import { bindingOf, callerCalled, tenantId, trunkCalled } from '../../support/people.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { FakeMedia, settled } from './fake-media.ts';

describe('the switchboard', () => {
  let stage: Stage;

  beforeEach(() => {
    stage = new Stage();
  });

  afterEach(() => {
    assert.equal(stage.clock.pending, 0, 'a timer is still armed');
    assert.equal(stage.switchboard.live, 0, 'a call is still there');
    assert.deepEqual(stage.media.closed.toSorted(), stage.media.opened.toSorted(), 'an endpoint is still open');
  });

  it('connects a call and lets it go', async () => {
    const { caller, callee } = await stage.talking();
    assert.deepEqual(caller.heard, ['180', '200 answer']);
    assert.equal(callee.invitation.offer('192.0.2.1'), 'offer via 192.0.2.1');
    assert.deepEqual(stage.switchboard.events('call-1' as CallId)?.[0]?.type, 'offered');
    stage.clock.advance(60_000);
    caller.listener?.on({ type: 'hung-up', why: 'normal release' });
    await settled();
    assert.deepEqual(callee.heard, ['BYE']);
    assert.deepEqual(stage.ended(), ['answered 200 undefined']);
    assert.equal(stage.records[0]?.endedAt, stage.clock.now());
    assert.equal(stage.switchboard.events('call-1' as CallId), undefined);
  });

  it('tells how long the first INVITE took, once', async () => {
    const { callee } = await stage.talking();
    callee.listener.on({ type: 'invited' });
    assert.deepEqual(stage.invited, [0]);
    callee.listener.on({ type: 'hung-up', why: 'normal release' });
    await settled();
  });

  it('refuses a call above a limit, and takes the next when one has left', async () => {
    const first = await stage.talking();
    const second = stage.call();
    await settled();
    assert.deepEqual(second.heard, ['503 CALL_LIMIT']);
    assert.deepEqual(stage.ended(), ['refused 503 CALL_LIMIT']);
    first.caller.listener?.on({ type: 'hung-up', why: 'normal release' });
    await settled();
    const third = stage.call();
    await settled();
    third.listener?.on({ type: 'cancelled' });
    stage.callees.at(-1)?.listener.on({ type: 'refused', status: 487 });
    await settled();
    assert.deepEqual(stage.ended().slice(1), ['answered 200 undefined', 'cancelled 487 undefined']);
  });

  it('lets a call for help through above every limit, also by a trunk that is full', async () => {
    stage.trunks = [{ ...trunkCalled('carrier'), channels: 1 }];
    const first = stage.call({ dialled: '112' });
    const second = stage.call({ dialled: '+31 112' });
    const third = stage.call({ dialled: '0851234567' });
    await settled();
    assert.deepEqual(third.heard, ['503 CALL_LIMIT']);
    assert.deepEqual(
      stage.callees.map(({ invitation: { target } }) => target.kind === 'trunk' && target.number),
      ['112', '112'],
    );
    for (const caller of [first, second]) caller.listener?.on({ type: 'cancelled' });
    for (const { listener } of stage.callees) listener.on({ type: 'refused', status: 487 });
    await settled();
  });

  it('rings a mobile telephone for four calls at a time, so that one that sends them back makes no circle', async () => {
    stage.trunks = [trunkCalled('carrier')];
    stage.callsPerUser = 10;
    stage.bobbysRoute = { is: 'mobile' };
    const callers = [1, 2, 3, 4, 5].map(() => stage.call());
    await settled();
    assert.deepEqual([stage.callees.length, callers.at(-1)?.heard], [4, ['486 CALLEE_BUSY']]);
    callers[0]?.listener?.on({ type: 'cancelled' });
    stage.callees[0]?.listener.on({ type: 'refused', status: 487 });
    await settled();
    callers.push(stage.call());
    await settled();
    assert.equal(stage.callees.length, 5);
    for (const caller of callers) caller.listener?.on({ type: 'cancelled' });
    for (const { listener } of stage.callees.slice(1)) listener.on({ type: 'refused', status: 487 });
    await settled();
  });

  it('refuses a call to an extension that elsewhere is a number for help', async () => {
    const first = await stage.talking();
    const second = stage.call({ dialled: '911' });
    await settled();
    assert.deepEqual(second.heard, ['503 CALL_LIMIT']);
    first.caller.listener?.on({ type: 'hung-up', why: 'normal release' });
    await settled();
  });

  it('refuses a call that went round and round', async () => {
    const caller = stage.call({ hopsLeft: -1 });
    await settled();
    assert.deepEqual(caller.heard, ['482 LOOP']);
    assert.deepEqual(stage.ended(), ['refused 482 LOOP']);
  });

  it('hands on the hops that are left', async () => {
    const caller = stage.call({ hopsLeft: 0 });
    await settled();
    assert.equal(stage.callees[0]?.invitation.hopsLeft, 0);
    caller.listener?.on({ type: 'cancelled' });
    stage.callees[0]?.listener.on({ type: 'refused', status: 487 });
    await settled();
  });

  it('refuses a call when the store fails, and keeps a record', async () => {
    stage.lookupFails = new Fault('STORE_FAILED', 'the disk is full');
    const caller = stage.call();
    await settled();
    assert.deepEqual(caller.heard, ['503 STORE_FAILED']);
    assert.deepEqual([stage.ended(), stage.faults], [['refused 503 STORE_FAILED'], ['the disk is full']]);
  });

  it('refuses a call whose routing breaks in a way that nobody foresaw', async () => {
    stage.lookupFails = new Error('a bug');
    const caller = stage.call();
    await settled();
    assert.deepEqual(caller.heard, ['500 INTERNAL']);
  });

  for (const step of ['accept', 'bridge', 'answer'] as const) {
    it(`gives the caller a final response when media fails at the last: ${step}`, async () => {
      stage.media.failing.add(step);
      const caller = stage.call();
      await settled();
      stage.callees[0]?.listener.on({ type: 'answered', answer: 'their answer' });
      await settled();
      assert.deepEqual(caller.heard, ['488 NO_COMMON_CODEC']);
      assert.deepEqual(stage.callees[0]?.heard, ['BYE']);
    });
  }

  it('gives the caller a final response when it stops as somebody answers', async () => {
    let go = (): void => undefined;
    stage.media.gates.set('answer', new Promise((resolve) => (go = resolve)));
    const caller = stage.call();
    await settled();
    stage.callees[0]?.listener.on({ type: 'answered', answer: 'their answer' });
    await settled();
    const stopped = stage.switchboard.stop(new Fault('SHUTTING_DOWN'));
    go();
    await stopped;
    await settled();
    assert.deepEqual(caller.heard, ['503 SHUTTING_DOWN']);
  });

  it('hangs up the callee when the caller’s transaction is gone', async () => {
    stage.acceptFails = true;
    const { caller, callee } = await stage.talking();
    assert.deepEqual([caller.heard, callee.heard], [['180', '200 answer'], ['BYE']]);
    assert.deepEqual(stage.ended(), ['cancelled 487 undefined']);
  });

  it('stops: ends what talks, what rings and what begins, and refuses what comes', async () => {
    stage.callsPerUser = 5;
    const talking = await stage.talking();
    const ringing = stage.call();
    await settled();
    const beginning = stage.call();
    let idle = false;
    const stopped = stage.switchboard.stop(new Fault('SHUTTING_DOWN')).then(() => (idle = true));
    const late = stage.call();
    await settled();
    assert.deepEqual(talking.caller.heard.slice(2), ['BYE Temporary failure']);
    assert.deepEqual(talking.callee.heard, ['BYE Temporary failure']);
    for (const caller of [ringing, beginning, late]) assert.deepEqual(caller.heard, ['503 SHUTTING_DOWN']);
    assert.deepEqual(stage.callees[1]?.heard, ['CANCEL']);
    assert.deepEqual([idle, stage.switchboard.live], [false, 1]);
    // The phone that rang never answers its CANCEL: the call lingers, and no longer.
    stage.clock.advance(40_000);
    await stopped;
    assert.equal(stage.records.length, 4);
  });

  it('speaks with a caller, takes a message and hangs up', async () => {
    stage.bobbysRoute = { is: 'voicemail' };
    const caller = stage.call();
    await settled();
    assert.deepEqual(caller.heard, ['200 attended']);
    stage.media.emit(0, { type: 'played' });
    await settled();
    stage.clock.advance(9_000);
    stage.media.emit(0, { type: 'recorded', milliseconds: 7_000, why: 'silence' });
    await settled();
    assert.deepEqual(caller.heard, ['200 attended', 'BYE']);
    assert.deepEqual(stage.ended(), ['voicemail 200 undefined']);
    assert.deepEqual(stage.messages, [
      {
        tenant: tenantId,
        user: 'bobby',
        call: 'call-1',
        from: '201',
        fromName: 'alice',
        at: stage.clock.now() - 7_000,
        milliseconds: 7_000,
      },
    ]);
  });

  it('rings nobody for a caller who hears voicemail, and takes no ports for anybody', async () => {
    stage.bobbysRoute = { is: 'voicemail' };
    const caller = stage.call();
    await settled();
    assert.deepEqual([stage.callees.length, stage.media.opened], [0, ['caller']]);
    caller.listener?.on({ type: 'hung-up', why: 'normal release' });
    await settled();
    assert.deepEqual(stage.messages, []);
  });

  it('stops at once when there is nothing to stop', async () => {
    await stage.switchboard.stop(new Fault('SHUTTING_DOWN'));
  });
});

class CallerStub {
  listener: CallerListener | undefined;
  readonly heard: string[] = [];
}

class CalleeStub {
  readonly heard: string[] = [];

  constructor(
    readonly invitation: Invitation,
    readonly listener: CalleeListener,
  ) {}
}

/** A switchboard among people made of paper. */
class Stage {
  readonly clock = new VirtualClock();
  readonly media = new FakeMedia();
  readonly callees: CalleeStub[] = [];
  readonly records: CallRecord[] = [];
  readonly faults: string[] = [];
  readonly invited: number[] = [];
  readonly messages: LeftMessage[] = [];
  lookupFails: Error | undefined;
  acceptFails = false;
  callsPerUser = 1;
  trunks: readonly Trunk[] = [];
  bobbysRoute: PersonalRoute = normalRoute;
  #switchboard: Switchboard | undefined;

  /** Made when it is first asked for: a test has set its stage then. */
  get switchboard(): Switchboard {
    this.#switchboard ??= this.#build();
    return this.#switchboard;
  }

  call(changes: { readonly hopsLeft?: number; readonly dialled?: string } = {}): CallerStub {
    const stub = new CallerStub();
    this.switchboard.offer({
      caller: callerCalled('alice'),
      dialled: '202',
      offer: 'offer',
      via: '127.0.0.1',
      sipCallId: 'sip-call-id',
      hopsLeft: 69,
      receivedAt: this.clock.now(),
      leg: {
        listen: (listener) => (stub.listener = listener),
        tell: (status) => stub.heard.push(String(status)),
        accept: (answer) => {
          stub.heard.push(`200 ${answer}`);
          return Promise.resolve(this.acceptFails ? err(new Fault('INTERNAL', 'gone')) : ok());
        },
        refuse: (status, detail) => stub.heard.push(`${String(status)} ${detail}`),
        hangUp: (reason) => stub.heard.push(because('BYE', reason?.text)),
      },
      ...changes,
    });
    return stub;
  }

  async talking(): Promise<{ readonly caller: CallerStub; readonly callee: CalleeStub }> {
    const caller = this.call();
    await settled();
    const callee = this.callees.at(-1);
    assert.ok(callee);
    callee.listener.on({ type: 'invited' });
    callee.listener.on({ type: 'ringing', status: 180 });
    callee.listener.on({ type: 'answered', answer: 'their answer' });
    await settled();
    return { caller, callee };
  }

  ended(): readonly string[] {
    return this.records.map(({ outcome, status, fault }) => `${outcome} ${String(status)} ${String(fault)}`);
  }

  #build(): Switchboard {
    let calls = 0;
    return new Switchboard({
      clock: this.clock,
      media: this.media.plane,
      signalling: {
        invite: (invitation, listener) => {
          const stub = new CalleeStub(invitation, listener);
          this.callees.push(stub);
          return {
            cancel: (reason) => stub.heard.push(because('CANCEL', reason?.text)),
            hangUp: (reason) => stub.heard.push(because('BYE', reason?.text)),
          };
        },
      },
      routing: {
        lookups: this.#lookups(),
        normalise: normaliseDialled,
        settings: { ringSeconds: 25, trunkRingSeconds: 90, trunkCountry: 'NL' },
        clock: this.clock,
      },
      policy,
      channels: new TrunkChannels(),
      sounds: () => Promise.resolve([]),
      messages: {
        recording: (call) => ({ file: `${call}.wav`, maximumSeconds: 60, silenceSeconds: 5 }),
        keep: (message) => this.messages.push(message),
        drop: () => undefined,
      },
      limits: { calls: 10, callsPerTenant: 10, callsPerUser: this.callsPerUser },
      observer: {
        moved: () => undefined,
        invited: (_call, milliseconds) => this.invited.push(milliseconds),
        fault: (_call, fault) => this.faults.push(fault.message),
        ended: (_call, record) => this.records.push(record),
      },
      newCallId: () => `call-${String(++calls)}` as CallId,
    });
  }

  #lookups(): RoutingLookups {
    const tenant = newTenant({ id: tenantId, name: 'Voorbeeld' });
    const bobby = newUser({
      id: 'bobby' as UserId,
      tenant: tenantId,
      name: 'Bobby',
      extension: '202' as Extension,
      ringTargets: { desk: true },
      personalRoute: this.bobbysRoute,
      mobileNumber: '+31612345678' as E164,
      presentedNumber: '+31851234567' as E164,
    });
    return {
      tenant: async () => {
        if (this.lookupFails !== undefined) throw this.lookupFails;
        return tenant;
      },
      user: async () => bobby,
      userByExtension: async () => bobby,
      userBySim: async () => undefined,
      companyNumber: async () => undefined,
      firstNumber: async () => undefined,
      plan: async () => undefined,
      diversionsOf: async () => [],
      membersOf: async () => [
        {
          user: bobby,
          devices: [{ device: { id: bindingOf('bobby').device, kind: 'desk' }, bindings: [bindingOf('bobby')] }],
        },
      ],
      trunkState: () => ({ reachable: true, full: false }),
      activity: () => ({ busy: false, idleSince: undefined }),
      trunks: () => this.trunks,
    };
  }
}

function because(message: string, text: string | undefined): string {
  return text === undefined ? message : `${message} ${text}`;
}
