import assert from 'node:assert/strict';
import { addCrowd, crowdPassword } from '../support/crowd.ts';
import { TestExchange } from '../support/exchange.ts';
import { loseOnce, LossyNetwork, type Passage, type Weather } from '../support/lossy-network.ts';
import type { IncomingCall } from '../support/phone/incoming-call.ts';
import { Phone } from '../support/phone/phone.ts';

/** What a moment's script is played by. */
interface Scene {
  readonly alice: Phone;
  readonly bobby: Phone;
  readonly dial: () => ReturnType<Phone['invite']>;
  /** Bobby's next call, once. */
  readonly rung: () => Promise<IncomingCall>;
}

type Side = 'caller' | 'callee';
interface Loss {
  readonly side: Side;
  readonly direction: Passage['direction'];
  readonly label: string;
}

const patience = { withinMs: 15_000 };

/** How a caller hangs up, at each moment of a call. Every script ends with the caller done. */
const moments: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'before 100': async ({ alice, dial }) => {
    const call = await dial();
    await alice.log.first('an INVITE with credentials', isAuthorised, patience.withinMs);
    const answer = await call.cancel({}, { atOnce: true });
    // The CANCEL overtook a lost INVITE, which then came: a phone that still gets a provisional response cancels again.
    if (answer.status === 481) await call.cancel();
    await call.finished(patience);
  },
  'after 100': async ({ alice, dial }) => {
    const call = await dial();
    await alice.log.first('an INVITE with credentials', isAuthorised, patience.withinMs);
    await call.cancel();
    assert.equal((await call.finished(patience)).status, 487);
  },
  'after 180': async ({ dial, rung }) => {
    const call = await dial();
    (await rung()).ring();
    await ringback(call);
    await call.cancel();
    assert.equal((await call.finished(patience)).status, 487);
  },
  'as 200 crosses the CANCEL': async ({ dial, rung }) => {
    const call = await dial();
    const incoming = await rung();
    incoming.ring();
    await ringback(call);
    incoming.answer().catch(() => undefined);
    await call.cancel();
    const final = await call.finished(patience);
    if (final.status === 200 && !call.talk.over) await call.talk.hangUp();
  },
  'after 200, before ACK': async ({ alice, dial, rung }) => {
    alice.acknowledges = false;
    const call = await dial();
    const incoming = await rung();
    incoming.answer().catch(() => undefined);
    const talk = await call.answered(patience);
    if (!talk.over) await talk.hangUp();
  },
  'after ACK': async ({ dial, rung }) => {
    const call = await dial();
    const incoming = await rung();
    incoming.ring();
    incoming.answer().catch(() => undefined);
    const talk = await call.answered(patience);
    await talk.hangUp();
  },
};

/** A 180 is sent once and may get lost: a caller who hears none hangs up all the same. */
async function ringback(call: Awaited<ReturnType<Phone['invite']>>): Promise<void> {
  await call.provisional(180, 1000).catch(() => undefined);
}

function isAuthorised(entry: Phone['log']['entries'][number]): boolean {
  const { direction, message } = entry;
  return (
    direction === 'sent' &&
    message.kind === 'request' &&
    message.method === 'INVITE' &&
    message.headers.has('Authorization')
  );
}

describe('a caller who hangs up leaves nothing behind', function () {
  this.timeout(120_000);
  let test: TestExchange;
  let cast = 0;

  before(async () => {
    test = await TestExchange.start({ QALLER_SIP__TIMERS__T1: '100' });
  });
  after(() => test.stop());

  /** Plays one moment in weather of its own, and gives what passed between either phone and the exchange. */
  async function play(moment: (scene: Scene) => Promise<void>, loss: Loss | undefined): Promise<readonly Loss[]> {
    const number = String(++cast).padStart(3, '0');
    const [caller, callee] = [`1${number}`, `2${number}`];
    await addCrowd(test.exchange.store.directory, 'qaller', [caller, callee]);
    const alice = await connect(`${caller}-desk`, weatherOf('caller', loss));
    const bobby = await connect(`${callee}-desk`, weatherOf('callee', loss));
    await bobby.phone.register();
    const registered = bobby.network.passages.length;
    let incoming: IncomingCall | undefined;
    const rung = async (): Promise<IncomingCall> => (incoming ??= await bobby.phone.incomingCall(patience));
    await moment({ alice: alice.phone, bobby: bobby.phone, dial: () => alice.phone.invite(callee), rung });
    // Bobby may never have been rung. If he was, his phone must have fallen silent again.
    incoming ??= await bobby.phone.incomingCall({ withinMs: 10 }).catch(() => undefined);
    if (incoming !== undefined) await within(patience.withinMs, incoming.ended, () => bobby.phone.log.ladder());
    const passed = [
      ...alice.network.passages.map(({ passage }): Loss => ({
        side: 'caller',
        direction: passage.direction,
        label: passage.label,
      })),
      ...bobby.network.passages
        .slice(registered)
        .map(({ passage }): Loss => ({ side: 'callee', direction: passage.direction, label: passage.label })),
    ];
    cleanUp.push(async () => {
      await Promise.all([alice.phone.close(), bobby.phone.close()]);
      alice.network.close();
      bobby.network.close();
    });
    alice.phone.expectNoSurprises();
    bobby.phone.expectNoSurprises();
    return passed;
  }

  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0)) await clean();
  });

  async function connect(
    username: string,
    weather: Weather,
  ): Promise<{ readonly phone: Phone; readonly network: LossyNetwork }> {
    const network = await LossyNetwork.open({ server: test.server(), weather });
    const phone = await Phone.start({
      username,
      password: crowdPassword,
      server: { ...network.near, transport: 'udp' },
      domain: test.server().address,
      advertise: network.far,
      outboundProxy: true,
      t1: 100,
    });
    return { phone, network };
  }

  for (const [name, moment] of Object.entries(moments)) {
    it(`${name}, with every message lost once`, async () => {
      const before = test.ended.length;
      const passed = await play(moment, undefined);
      const losses = [...new Map(passed.map((loss) => [JSON.stringify(loss), loss])).values()];
      assert.ok(losses.length >= 6, `only ${String(losses.length)} messages passed`);
      const failures: string[] = [];
      for (let at = 0; at < losses.length; at += 8) {
        await Promise.all(
          losses.slice(at, at + 8).map((loss) =>
            play(moment, loss).catch((thrown: unknown) => {
              failures.push(
                `without ${loss.label} ${loss.direction} of the ${loss.side}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
              );
            }),
          ),
        );
      }
      assert.deepEqual(failures, []);
      await test.idle();
      assert.equal(test.ended.length - before, losses.length + 1, 'each call leaves one record');
    });
  }
});

function weatherOf(side: Side, loss: Loss | undefined): Weather {
  return loss?.side === side ? loseOnce(loss.direction, loss.label) : () => 'pass';
}

async function within<Value>(milliseconds: number, promise: Promise<Value>, story: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing came of it in ${String(milliseconds)} ms\n${story()}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
