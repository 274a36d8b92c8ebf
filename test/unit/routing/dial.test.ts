import assert from 'node:assert/strict';
import type { Caller } from '../../../src/call/party.ts';
import {
  Asking,
  callerAt,
  emptyWorld,
  fromCarrier,
  number,
  ours,
  plan,
  presentations,
  ring,
  said,
  simOf,
  theirs,
  to,
  trunk,
  user,
  e164,
  type World,
} from '../../support/routing-world.ts';
import { newTenant } from '../../../src/directory/new.ts';
import { shown } from '../../support/people.ts';

const world: World = {
  ...emptyWorld,
  users: [
    user('alice', '201', { vamosNumber: e164('+31612345671'), ringTargets: { desk: true, qaller: true, vamos: true } }),
    user('bobby', '202', { vamosNumber: e164('+31612345672') }),
    user('mallory', '201', { tenant: theirs, vamosNumber: e164('+31612345673') }),
  ],
  numbers: [number('+31851234567', 'main'), number('+31881234567', 'other', theirs), number('+31851234569', 'missing')],
  plans: [
    plan('main', [ring('alice', 'bobby')]),
    plan('other', [ring('mallory')], { tenant: theirs, prefix: 'Ander' }),
  ],
  registered: { alice: ['desk', 'qaller'], bobby: ['desk', 'qaller'], mallory: ['desk'] },
  trunks: [trunk('carrier'), trunk('mobile', { purpose: 'mobile' })],
};
const alice = callerAt('alice', '201');

describe('a user who dials', () => {
  it('an extension rings that colleague, who sees a name and an extension', async () => {
    const move = await new Asking(world, alice, '202').move();
    assert.equal(said(move.step), 'bobby-desk bobby-qaller for 25 s');
    assert.deepEqual([move.tenant, move.direction, move.notes], [ours, 'internal', []]);
    assert.deepEqual(presentations(move)[0], shown('alice', '201'));
  });

  it('their own extension rings their other telephones, and not the one that calls', async () => {
    assert.equal(await first(alice, '201'), 'alice-qaller mobile:+31612345671 for 25 s');
  });

  it('an extension of nobody, or of another company, is told so', async () => {
    assert.equal(await refused(alice, '299'), 'NO_SUCH_NUMBER');
    const elsewhere = { ...world, users: [user('alice', '201'), user('mallory', '204', { tenant: theirs })] };
    assert.equal(await refused(alice, '204', elsewhere), 'NO_SUCH_NUMBER');
  });

  it('the extension of somebody without a telephone hears that at once', async () => {
    const move = await new Asking({ ...world, registered: {} }, alice, '202').move();
    assert.equal(said(move.step), 'give-up');
    assert.deepEqual(move.notes, []);
  });

  for (const dialled of ['085-1234567', '+31851234567', '0031851234567'])
    it(`a number of their own company as ${dialled} stays inside`, async () => {
      const move = await new Asking(world, alice, dialled).move();
      assert.equal(said(move.step), 'alice-qaller mobile:+31612345671 bobby-desk bobby-qaller for 20 s');
      assert.equal(move.direction, 'internal');
      assert.deepEqual(presentations(move)[0], shown('alice', '201'));
    });

  it('a number of another company is seen there as the outside sees it', async () => {
    const move = await new Asking(world, alice, '0881234567').move();
    assert.deepEqual([said(move.step), move.tenant, move.direction], ['mallory-desk for 20 s', theirs, 'inbound']);
    assert.deepEqual(presentations(move), [shown('Ander +31851234567', '+31851234567')]);
    assert.doesNotMatch(JSON.stringify([presentations(move), move.at]), /alice|201/);
  });

  it('a number of another company is withheld there when they call anonymously', async () => {
    const hidden = { ...world, users: [user('alice', '201', { anonymous: true }), ...world.users.slice(1)] };
    const move = await new Asking(hidden, alice, '0881234567').move();
    assert.deepEqual(presentations(move), [shown('Ander Anoniem', undefined)]);
  });

  it('the number of a colleague’s SIM rings that colleague, as the extension does', async () => {
    assert.equal(await first(alice, '+31612345672'), 'bobby-desk bobby-qaller for 25 s');
  });

  it('the number of a SIM of another company rings its user, who sees what the outside sees', async () => {
    const move = await new Asking(world, alice, '+31612345673').move();
    assert.deepEqual([said(move.step), move.tenant], ['mallory-desk for 25 s', theirs]);
    assert.deepEqual(presentations(move), [shown(undefined, '+31851234567')]);
  });

  it('any other number goes out by the carrier, once', async () => {
    const asking = new Asking(world, alice, '06-12345678');
    const move = await asking.move();
    assert.deepEqual([said(move.step), move.direction], ['carrier:+31612345678 for 90 s', 'outbound']);
    const after = await asking.move({ is: 'unanswered', fault: 'CALLEE_BUSY' });
    assert.deepEqual([said(after.step), after.direction], ['give-up', 'outbound']);
  });

  it('a short number sends it as it is', async () => {
    assert.equal(await first(alice, '112'), 'carrier:112 for 90 s');
    assert.equal(await first(alice, '0900-1234'), 'carrier:09001234 for 90 s');
  });

  for (const dialled of ['', '1', '+3161', 'alice', '*21#', '061234567', '0;rm -rf', '0'.repeat(500)])
    it(`"${dialled.slice(0, 20)}" is told that it is no number`, async () => {
      assert.equal(await refused(alice, dialled), 'NUMBER_INCOMPLETE');
    });

  it('is read as from the company’s country, wherever the telephone is', async () => {
    const german = { ...world, tenants: [newTenant({ id: ours, name: 'Beispiel', country: 'DE' })] };
    assert.equal(await first(alice, '030 123456', german), 'carrier:+4930123456 for 90 s');
  });

  it('cannot, when the company or the user is gone', async () => {
    assert.equal(await refused(alice, '202', { ...world, tenants: [] }), 'NOT_ALLOWED');
    assert.equal(await refused(alice, '202', { ...world, users: [] }), 'NOT_ALLOWED');
  });
});

describe('a call from a SIM', () => {
  it('is one of the user’s own: it rings the user’s telephones, and not the SIM that calls', async () => {
    assert.equal(await first(simOf('alice', '201'), '201'), 'alice-desk alice-qaller for 25 s');
  });

  it('reaches extensions and the outside, as the user', async () => {
    const sim = simOf('bobby', '202');
    const inside = await new Asking(world, sim, '201').move();
    assert.equal(said(inside.step), 'alice-desk alice-qaller mobile:+31612345671 for 25 s');
    assert.deepEqual(presentations(inside)[0], shown('bobby', '202'));
    assert.equal(await first(sim, '0612345678'), 'carrier:+31612345678 for 90 s');
  });
});

describe('a trunk', () => {
  for (const dialled of ['+31851234567', '0851234567', '0031851234567', '31851234567', '085-123 45 67'])
    it(`reaches a company number as ${dialled}`, async () => {
      const move = await new Asking(world, fromCarrier(), dialled).move();
      assert.equal(said(move.step), 'alice-desk alice-qaller mobile:+31612345671 bobby-desk bobby-qaller for 20 s');
      assert.deepEqual([move.tenant, move.direction], [ours, 'inbound']);
      assert.deepEqual(presentations(move)[0], shown('Jan', '+31612345678'));
    });

  for (const dialled of ['201', '202', '112', '0612345678', '+31612345678', '0900-1234', '', 'alice', '+31612345672'])
    it(`reaches neither extensions nor the outside nor, when it is a carrier’s, SIMs: ${dialled}`, async () => {
      assert.equal(await refused(fromCarrier(), dialled), 'NO_SUCH_NUMBER');
    });

  it('of a company reaches that company’s numbers and no other’s', async () => {
    const own = fromCarrier({ tenant: theirs });
    assert.equal(await first(own, '+31881234567'), 'mallory-desk for 20 s');
    assert.equal(await refused(own, '+31851234567'), 'NO_SUCH_NUMBER');
  });

  it('of the mobile operator reaches SIM numbers, as if the extension was dialled', async () => {
    const mobile = fromCarrier({ trunk: trunk('mobile').id });
    assert.equal(await first(mobile, '+31612345672'), 'bobby-desk bobby-qaller for 25 s');
    assert.equal(await first(mobile, '0612345672'), 'bobby-desk bobby-qaller for 25 s');
    assert.equal(await refused(mobile, '0612345678'), 'NO_SUCH_NUMBER');
    assert.equal(await refused(mobile, '202'), 'NO_SUCH_NUMBER');
    const own = fromCarrier({ trunk: trunk('mobile').id, tenant: theirs });
    assert.equal(await refused(own, '+31612345672'), 'NO_SUCH_NUMBER');
    assert.equal(await first(own, '+31612345673'), 'mallory-desk for 25 s');
  });

  it('writes numbers as in its own country', async () => {
    const german = trunk('carrier', { country: 'DE' });
    const berlin = { ...world, trunks: [german], numbers: [number('+4930123456', 'main')] };
    const move = await new Asking(berlin, fromCarrier({ number: '030 654321' }), '030123456').move();
    assert.deepEqual(presentations(move)[0], shown('Jan', '+4930654321'));
  });

  it('that withholds the caller’s number withholds the name with it', async () => {
    const move = await new Asking(world, fromCarrier({ number: undefined }), '+31851234567').move();
    assert.deepEqual(presentations(move)[0], shown(undefined, undefined));
  });

  it('reaches nobody by a number without a plan', async () => {
    const move = await new Asking(world, fromCarrier(), '+31851234569').move();
    assert.equal(said(move.step), 'refuse NO_SUCH_NUMBER');
    assert.match(move.notes.join(), /\+31851234569 has no plan/);
  });

  it('leaves nothing internal behind when a plan sends the call on to another company', async () => {
    const sent = {
      ...world,
      plans: [plan('main', [{ do: 'divert', to: to.number('+31881234567') }]), ...world.plans.slice(1)],
    };
    const move = await new Asking(sent, alice, '0851234567').move();
    assert.deepEqual([said(move.step), move.tenant, move.direction], ['mallory-desk for 20 s', theirs, 'internal']);
    assert.deepEqual(presentations(move), [shown('Ander +31851234567', '+31851234567')]);
  });
});

async function first(caller: Caller, dialled: string, within: World = world): Promise<string> {
  return said((await new Asking(within, caller, dialled).move()).step);
}

async function refused(caller: Caller, dialled: string, within: World = world): Promise<string> {
  const result = await new Asking(within, caller, dialled).ask();
  assert.ok(!result.ok, 'it was routed');
  assert.notEqual(result.error.message, '');
  return result.error.code;
}

describe('a number for help', () => {
  for (const help of ['112', '+31112']) {
    it(`${help} is reached by who dials it, and not by who calls somebody whose settings have it`, async () => {
      assert.equal(await first(alice, help), 'carrier:112 for 90 s');
      for (const changes of [
        { personalRoute: { is: 'divert', to: to.number(help) } },
        { personalRoute: { is: 'mobile' }, mobileNumber: e164(help) },
      ] as const) {
        const users = [user('alice', '201'), user('bobby', '202', changes)];
        const move = await new Asking({ ...world, users }, alice, '202').move();
        assert.equal(said(move.step), 'refuse CALLEE_UNREACHABLE');
        assert.match(move.notes.join(), /calls are not sent on to/);
      }
    });
  }
});

describe('a caller from outside', () => {
  it('who claims a colleague’s extension is shown as nobody, and other short numbers as they are', async () => {
    const seen = async (from: string) => {
      const call = new Asking(world, fromCarrier({ number: from, name: 'Bobby' }), '+31851234567');
      return presentations(await call.move())[0];
    };
    assert.deepEqual(await seen('202'), shown(undefined, undefined));
    assert.deepEqual(await seen('1233'), shown('Bobby', '1233'));
  });
});
