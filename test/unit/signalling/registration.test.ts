import assert from 'node:assert/strict';
import type { Device, DeviceId, TenantId, UserId } from '../../../src/directory/types.ts';
import type { Binding } from '../../../src/registrar/binding.ts';
import { hashCredentials } from '../../../src/signalling/digest/credentials.ts';
import { flowOf, handleRegister, type RegistrationParts } from '../../../src/signalling/registration.ts';
import type { HeaderFields } from '../../../src/signalling/srf.ts';
import type { BindingStore } from '../../../src/store/port.ts';
import { bindingOf } from '../../support/people.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { StubRequest, StubResponder, type Sent } from './sip-stubs.ts';

const clock = new VirtualClock();
const device: Device = {
  id: 'alice-desk' as DeviceId,
  tenant: 'voorbeeld' as TenantId,
  user: 'alice' as UserId,
  kind: 'desk',
  username: 'alice',
  credentials: hashCredentials('alice', 'pbx.example.com', 'geheim'),
};
const usual: HeaderFields = {
  To: '<sip:alice@pbx.example.com>',
  Contact: '<sip:alice@192.0.2.7>',
  'Call-ID': 'one',
  CSeq: '7 REGISTER',
};

describe('a REGISTER of a phone that is known', () => {
  let kept: readonly Binding[];

  beforeEach(() => {
    kept = [];
  });

  const store: Pick<BindingStore, 'change'> = {
    change: (_device, _now, decide) => {
      const { outcome, bindings } = decide(kept);
      kept = bindings;
      return Promise.resolve(outcome);
    },
  };
  const parts: RegistrationParts = {
    bindings: store as BindingStore,
    bounds: { minimum: 60, default: 300, maximum: 3_600, bindingsPerDevice: 2 },
    clock,
  };

  async function answerTo(changes: Record<string, string | undefined>): Promise<Sent> {
    const headers = Object.entries({ ...usual, ...changes }).filter(
      (field): field is [string, string] => field[1] !== undefined,
    );
    const res = new StubResponder();
    await handleRegister(new StubRequest('REGISTER', Object.fromEntries(headers)), res, device, parts);
    return res.only;
  }

  it('binds its contact to the flow that it came by', async () => {
    const { status, headers } = await answerTo({ Expires: ' 120 ', 'User-Agent': 'Phone/1.0' });
    assert.equal(status, 200);
    assert.deepEqual(headers, {
      Contact: '<sip:alice@192.0.2.7>;expires=120',
      Date: 'Tue, 01 Jan 2030 00:00:00 GMT',
    });
    const [binding] = kept;
    assert.deepEqual(binding?.flow, bindingOf('alice').flow);
    assert.deepEqual([binding?.callId, binding?.cseq, binding?.userAgent], ['one', 7, 'Phone/1.0']);
  });

  it('is told what is registered when it asks, and nothing when nothing is', async () => {
    assert.equal((await answerTo({ Contact: undefined })).headers['Contact'], undefined);
    await answerTo({});
    assert.equal((await answerTo({ Contact: undefined })).headers['Contact'], '<sip:alice@192.0.2.7>;expires=300');
  });

  it('is told the shortest time with 423', async () => {
    assert.deepEqual(await answerTo({ Expires: '5' }), { status: 423, headers: { 'Min-Expires': '60' } });
  });

  it('takes an Expires that is no number for none', async () => {
    assert.match((await answerTo({ Expires: 'soon' })).headers['Contact'] ?? '', /;expires=300$/);
  });

  it('may register contacts for itself only', async () => {
    for (const To of [
      '<sip:bobby@pbx.example.com>',
      '<sip:pbx.example.com>',
      '"alice" <sip:bobby@pbx.example.com>',
      undefined,
    ]) {
      assert.equal((await answerTo({ To })).status, 403, String(To));
    }
    assert.deepEqual(kept, []);
    for (const To of ['sip:alice@pbx.example.com', '"A" <sips:alice@pbx.example.com>;tag=1', '<sip:%61lice@h>']) {
      assert.equal((await answerTo({ To, 'Call-ID': To })).status, 200, To);
    }
  });

  it('is refused with 400 for contacts that cannot be read', async () => {
    assert.equal((await answerTo({ Contact: '*, <sip:a@h>' })).status, 400);
    assert.equal((await answerTo({ Contact: '*', Expires: '60' })).status, 400);
    assert.equal((await answerTo({ Contact: '<mailto:a@example.com>' })).status, 400);
  });

  it('that was overtaken is refused, and its contact kept', async () => {
    await answerTo({});
    const before = kept;
    assert.equal((await answerTo({ CSeq: '6 REGISTER', Expires: '0' })).status, 500);
    assert.equal(kept, before);
  });

  it('removes all', async () => {
    await answerTo({});
    assert.equal((await answerTo({ Contact: '*', Expires: '0', CSeq: '8 REGISTER' })).status, 200);
    assert.deepEqual(kept, []);
  });

  it('cannot be served when the SIP server does not tell where it came from', async () => {
    const req = new StubRequest('REGISTER', usual);
    req.receivedOn = undefined;
    const res = new StubResponder();
    const result = await handleRegister(req, res, device, parts);
    assert.ok(!result.ok);
    assert.equal(res.only.status, 500);
  });
});

describe('the flow of a request', () => {
  it('is read from IPv6 listeners too', () => {
    const req = new StubRequest('REGISTER');
    for (const receivedOn of ['[2001:db8::1]:5060', '2001:db8::1:5060']) {
      req.receivedOn = receivedOn;
      assert.deepEqual([flowOf(req)?.localAddress, flowOf(req)?.localPort], ['2001:db8::1', 5060]);
    }
  });

  it('is unknown for a listener that is no address', () => {
    const req = new StubRequest('REGISTER');
    for (const receivedOn of ['', '127.0.0.1', 'pbx.example.com:5060', ':5060']) {
      req.receivedOn = receivedOn;
      assert.equal(flowOf(req), undefined, receivedOn);
    }
  });
});
