import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceId } from '../../../src/directory/types.ts';
import type { Binding } from '../../../src/registrar/binding.ts';
import {
  type Decision,
  type OfferedContact,
  register,
  type Registration,
  type RegistrationBounds,
} from '../../../src/registrar/register.ts';
import { bindingOf } from '../../support/people.ts';

const now = 1_000_000;
const bounds: RegistrationBounds = { minimum: 60, default: 300, maximum: 3_600, bindingsPerDevice: 3 };

function contact(uri: string, changes: Partial<OfferedContact> = {}): OfferedContact {
  return { uri, expires: undefined, instance: undefined, regId: undefined, ...changes };
}

function request(changes: Partial<Registration> = {}): Registration {
  return {
    device: 'alice-desk' as DeviceId,
    contacts: [contact('sip:alice@192.0.2.1')],
    expires: undefined,
    callId: 'register-1',
    cseq: 1,
    flow: bindingOf('alice').flow,
    userAgent: 'Phone/1.0',
    ...changes,
  };
}

function done(changes: Partial<Registration>, bindings: readonly Binding[] = [], at = now): readonly Binding[] {
  const { outcome, bindings: kept } = register(request(changes), bindings, bounds, at);
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.value, kept);
  return kept;
}

function refused(decision: Decision): string {
  assert.ok(!decision.outcome.ok);
  return decision.outcome.error.code;
}

function left(bindings: readonly Binding[]): readonly number[] {
  return bindings.map(({ expiresAt }) => (expiresAt - now) / 1000);
}

describe('how long a contact is registered', () => {
  it('is what the contact says, before the header field, before our default', () => {
    assert.deepEqual(left(done({ contacts: [contact('sip:a@h', { expires: 100 })], expires: 200 })), [100]);
    assert.deepEqual(left(done({ expires: 200 })), [200]);
    assert.deepEqual(left(done({})), [300]);
  });

  it('is never longer than the longest', () => {
    assert.deepEqual(left(done({ expires: 4_294_967_295 })), [3_600]);
  });

  it('may be the shortest, and no less: 423', () => {
    assert.deepEqual(left(done({ expires: 60 })), [60]);
    assert.equal(refused(register(request({ expires: 59 }), [], bounds, now)), 'INTERVAL_TOO_BRIEF');
    assert.equal(refused(register(request({ expires: 1 }), [], bounds, now)), 'INTERVAL_TOO_BRIEF');
  });

  it('is nothing with zero: the contact is removed, also one that was not there', () => {
    const bindings = done({ contacts: [contact('sip:a@h'), contact('sip:b@h')] });
    const after = done({ cseq: 2, contacts: [contact('sip:a@h', { expires: 0 })] }, bindings);
    assert.deepEqual(
      after.map(({ contact: uri }) => uri),
      ['sip:b@h'],
    );
    assert.deepEqual(done({ cseq: 3, contacts: [contact('sip:c@h', { expires: 0 })] }, after), after);
  });
});

describe('several contacts at once', () => {
  it('are bound together, each for its own time', () => {
    const bindings = done({ contacts: [contact('sip:a@h', { expires: 100 }), contact('sip:b@h')], expires: 200 });
    assert.deepEqual(
      bindings.map(({ contact: uri, expiresAt }) => [uri, (expiresAt - now) / 1000]),
      [
        ['sip:b@h', 200],
        ['sip:a@h', 100],
      ],
    );
  });

  it('are not bound at all when one of them cannot be', () => {
    const bindings = done({});
    const decision = register(
      request({ cseq: 2, contacts: [contact('sip:b@h'), contact('sip:c@h', { expires: 5 })] }),
      bindings,
      bounds,
      now,
    );
    assert.equal(refused(decision), 'INTERVAL_TOO_BRIEF');
    assert.equal(decision.bindings, bindings);
  });

  it('that are the same one count once, the last', () => {
    const bindings = done({ contacts: [contact('sip:a@h', { expires: 100 }), contact('sip:a@h', { expires: 200 })] });
    assert.deepEqual(left(bindings), [200]);
  });
});

describe('a REGISTER that was overtaken by a later one of the same phone', () => {
  const later = done({ cseq: 5, expires: 100 });

  for (const cseq of [4, 5]) {
    it(`changes nothing with CSeq ${String(cseq)} after 5`, () => {
      const decision = register(request({ cseq, expires: 3_000 }), later, bounds, now);
      assert.equal(refused(decision), 'OUT_OF_ORDER');
      assert.equal(decision.bindings, later);
    });

    it(`removes nothing with CSeq ${String(cseq)} after 5`, () => {
      assert.equal(refused(register(request({ cseq, expires: 0 }), later, bounds, now)), 'OUT_OF_ORDER');
      const all = register(request({ cseq, contacts: 'all', expires: 0 }), later, bounds, now);
      assert.equal(refused(all), 'OUT_OF_ORDER');
      assert.equal(all.bindings, later);
    });
  }

  it('takes its other contacts with it', () => {
    const contacts = [contact('sip:new@h'), contact('sip:alice@192.0.2.1')];
    assert.equal(refused(register(request({ cseq: 5, contacts }), later, bounds, now)), 'OUT_OF_ORDER');
  });

  it('is not one with a higher CSeq, nor one of another Call-ID: a phone that was restarted', () => {
    assert.deepEqual(left(done({ cseq: 6, expires: 200 }, later)), [200]);
    assert.deepEqual(left(done({ cseq: 1, callId: 'register-2', expires: 200 }, later)), [200]);
    assert.deepEqual(done({ cseq: 1, callId: 'register-2', contacts: 'all', expires: 0 }, later), []);
  });
});

describe('Contact: *', () => {
  const bindings = done({ contacts: [contact('sip:a@h'), contact('sip:b@h', { instance: 'urn:uuid:1' })] });

  it('removes everything with Expires: 0', () => {
    assert.deepEqual(done({ cseq: 2, contacts: 'all', expires: 0 }, bindings), []);
  });

  for (const expires of [undefined, 1, 3_600]) {
    it(`is refused with Expires: ${String(expires)}`, () => {
      const decision = register(request({ cseq: 2, contacts: 'all', expires }), bindings, bounds, now);
      assert.equal(refused(decision), 'BAD_REQUEST');
      assert.equal(decision.bindings, bindings);
    });
  }
});

describe('a phone that comes back', () => {
  const instance = 'urn:uuid:00000000-0000-1000-8000-000a95a0e128';

  it('from another address replaces its own binding by instance and reg-id', () => {
    const first = done({ contacts: [contact('sip:alice@192.0.2.1', { instance, regId: '1' })] });
    const flow = { ...bindingOf('alice').flow, remoteAddress: '127.0.0.77', remotePort: 40_000 };
    const [only, ...others] = done(
      { callId: 'register-2', contacts: [contact('sip:alice@192.0.2.77', { instance, regId: '1' })], flow },
      first,
      now + 1,
    );
    assert.deepEqual(others, []);
    assert.deepEqual([only?.contact, only?.flow, only?.registeredAt], ['sip:alice@192.0.2.77', flow, now + 1]);
  });

  it('by a second flow keeps the first: another reg-id', () => {
    const first = done({ contacts: [contact('sip:alice@192.0.2.1', { instance, regId: '1' })] });
    assert.equal(
      done({ cseq: 2, contacts: [contact('sip:alice@192.0.2.1', { instance, regId: '2' })] }, first).length,
      2,
    );
  });

  it('without an instance is known by its contact only', () => {
    const first = done({});
    assert.equal(done({ cseq: 2 }, first).length, 1);
    assert.equal(done({ cseq: 2, contacts: [contact('sip:alice@192.0.2.9')] }, first).length, 2);
  });

  it('at ever new addresses pushes out its oldest', () => {
    const bindings = ['a', 'b', 'c', 'd'].reduce<readonly Binding[]>(
      (known, name, index) => done({ cseq: index + 1, contacts: [contact(`sip:${name}@h`)] }, known),
      [],
    );
    assert.deepEqual(
      bindings.map(({ contact: uri }) => uri),
      ['sip:d@h', 'sip:c@h', 'sip:b@h'],
    );
  });
});

describe('a REGISTER without Contact', () => {
  it('asks only', () => {
    const bindings = done({});
    assert.deepEqual(done({ contacts: [], cseq: 1, expires: 0 }, bindings), bindings);
  });
});

describe('whatever is registered, in whatever order', () => {
  const seconds = fc.option(fc.constantFrom(0, 1, 59, 60, 200, 9_999), { nil: undefined });
  const offered = fc.record({
    uri: fc.constantFrom('sip:a@h', 'sip:b@h', 'sip:c@h', 'sip:d@h', 'sip:e@h'),
    expires: seconds,
    instance: fc.option(fc.constantFrom('urn:uuid:1', 'urn:uuid:2'), { nil: undefined }),
    regId: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
  });
  const requests = fc.array(
    fc.record({
      contacts: fc.oneof(
        { weight: 5, arbitrary: fc.array(offered, { maxLength: 5 }) },
        { weight: 1, arbitrary: fc.constant('all' as const) },
      ),
      expires: seconds,
      callId: fc.constantFrom('one', 'two'),
      cseq: fc.nat({ max: 20 }),
    }),
    { maxLength: 12 },
  );

  it('there are never more than the limit nor one twice, and a refusal changes nothing', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 4 }), (sent, limit) => {
        let known: readonly Binding[] = [];
        for (const changes of sent) {
          const { outcome, bindings } = register(request(changes), known, { ...bounds, bindingsPerDevice: limit }, now);
          if (outcome.ok) assert.deepEqual(outcome.value, bindings);
          else assert.equal(bindings, known);
          assert.ok(bindings.length <= limit);
          assert.equal(new Set(bindings.map(({ key }) => key)).size, bindings.length);
          for (const { expiresAt } of bindings) {
            assert.ok(expiresAt >= now + bounds.minimum * 1000 && expiresAt <= now + bounds.maximum * 1000);
          }
          known = bindings;
        }
      }),
    );
  });
});
