import assert from 'node:assert/strict';
import type { Method } from '../test/support/reach/app.ts';
import { e164, mobile, outside, type Party, ReachCompany, sim } from '../test/support/reach/company.ts';

const everybody: readonly Party[] = ['201-desk', '201-qaller', '202-desk', '203-desk'];
const sannes: readonly Party[] = ['201-desk', '201-qaller'];
const reception = '0851234567';
const diversions = '/v1/plans/voorbeeld-receptie/diversions';
const names: Readonly<Record<Party, string>> = {
  '201-desk': "Sanne's desk phone",
  '201-qaller': "Sanne's Qaller",
  '202-desk': "Joris's desk phone",
  '203-desk': "Fatima's desk phone",
  carrier: 'the carrier',
  spare: 'the spare carrier',
  operator: "the mobile operator, for Sanne's SIM",
};

/** Walks through the screens of the app by its API, and shows by a call after each change who rings. */
export async function reach(): Promise<void> {
  const company = await ReachCompany.start();
  try {
    const walk = new Walk(company);
    await circles(walk);
    await personalRoute(walk);
    await companyRoutes(walk);
    await whatOthersSee(walk);
  } finally {
    await company.stop();
  }
}

async function circles(walk: Walk): Promise<void> {
  walk.screen('Who is signed in?');
  const me = (await walk.company.apps.sanne.does('GET', '/v1/me')) as {
    name: string;
    role: string;
    ringTargets: object;
  };
  walk.says(`${me.name}, ${me.role}; her circles: ${JSON.stringify(me.ringTargets)}`);

  walk.screen('What rings: the circles (blue is on, black is off)');
  await walk.colleagueRings('as it is', sannes);
  await walk.set('desk phone black', 'PUT', '/v1/me/ring-targets/desk', { on: false });
  await walk.colleagueRings('now', ['201-qaller']);
  await walk.set('desk phone blue, Qaller black', 'PUT', '/v1/me/ring-targets', { desk: true, qaller: false });
  await walk.colleagueRings('now', ['201-desk']);
  await walk.refused('Vamos, which she does not have', 404, 'PUT', '/v1/me/ring-targets/vamos', { on: true });
  await walk.company.arrange('201', {
    vamosNumber: e164(sim),
    ringTargets: { desk: true, qaller: true, vamos: false },
  });
  walk.says(`she gets a SIM, ${sim}: its circle is there, and black`);
  await walk.colleagueRings('as it is', sannes);
  await walk.set('Vamos blue', 'PUT', '/v1/me/ring-targets/vamos', { on: true });
  await walk.colleagueRings('now', [...sannes, 'operator']);
  await walk.set('Vamos black', 'PUT', '/v1/me/ring-targets/vamos', { on: false });
}

async function personalRoute(walk: Walk): Promise<void> {
  const { apps, messages } = walk.company;
  walk.screen('Settings: my mobile number');
  await walk.refused('a route to a mobile that nobody proved', 422, 'PUT', '/v1/me/route', { is: 'mobile' });
  await walk.set('06-12345678', 'PUT', '/v1/me/mobile', { number: '06-12345678' });
  const code = await messages.code(mobile);
  walk.says('a text message brings a code');
  await walk.set('the code', 'POST', '/v1/me/mobile/verification', { code });

  walk.screen('Remote control: my personal route');
  await walk.set('to my mobile', 'PUT', '/v1/me/route', { is: 'mobile' });
  await walk.colleagueRings('now', ['carrier'], (uri) => {
    assert.ok(uri.startsWith(`sip:${mobile}@`), uri);
  });
  await walk.rings('the reception now', 'carrier', reception, ['carrier', '202-desk', '203-desk']);
  await walk.set('to a colleague', 'PUT', '/v1/me/route', {
    is: 'divert',
    to: { kind: 'user', user: 'voorbeeld-203' },
  });
  await walk.colleagueRings('now', ['203-desk']);
  await walk.set('to an outside number', 'PUT', '/v1/me/route', {
    ...{ is: 'divert', to: { kind: 'number', number: '020-1234567' } },
  });
  await walk.colleagueRings('now', ['carrier'], (uri) => {
    assert.ok(uri.startsWith(`sip:${outside}@`), uri);
  });
  await walk.set('to my voicemail', 'PUT', '/v1/me/route', { is: 'voicemail' });
  await walk.speaks('now', '202-desk', '201');
  await walk.set('normal', 'PUT', '/v1/me/route', { is: 'normal' });
  await walk.colleagueRings('now', sannes);
  assert.equal((await apps.joris.ask('GET', '/v1/plans')).status, 403);
  walk.says('Joris, who is no administrator, is shown no plans of the company');
}

async function companyRoutes(walk: Walk): Promise<void> {
  const { apps } = walk.company;
  walk.screen('What to set: the route of a company number');
  await walk.set('star: the direct number first', 'PUT', '/v1/me/bookmarks/voorbeeld-direct');
  const plans = (await apps.sanne.does('GET', '/v1/plans')) as {
    items: readonly { name: string; bookmarked: boolean }[];
  };
  walk.says(plans.items.map(({ name, bookmarked }) => `${bookmarked ? '★ ' : ''}${name}`).join(', '));
  assert.deepEqual(plans.items[0]?.bookmarked, true);
  await walk.rings('the reception', 'carrier', reception, everybody);

  walk.screen('Diversions: of a group (A) at most one is on');
  await walk.set('Overleg on', 'PUT', `${diversions}/voorbeeld-receptie-overleg/state`, { on: true });
  await walk.rings('the reception now', 'carrier', reception, ['202-desk']);
  const switched = (await walk.set('Lunch on', 'PUT', `${diversions}/voorbeeld-receptie-lunch/state`, {
    on: true,
  })) as {
    switchedOff?: { name: string };
  };
  walk.says(`that put ${switched.switchedOff?.name ?? 'nothing'} off`);
  assert.equal(switched.switchedOff?.name, 'Overleg');
  await walk.speaks('the reception now', 'carrier', reception);
  await walk.set('Vakantie on, which is in no group', 'PUT', `${diversions}/voorbeeld-receptie-vakantie/state`, {
    on: true,
  });
  await walk.speaks('the first in the list counts', 'carrier', reception);
  await walk.set('Lunch off', 'PUT', `${diversions}/voorbeeld-receptie-lunch/state`, { on: false });
  await walk.rings('the reception now', 'carrier', reception, sannes);
  await walk.set('Vakantie off', 'PUT', `${diversions}/voorbeeld-receptie-vakantie/state`, { on: false });
  await walk.rings('the reception now', 'carrier', reception, everybody);
  const [invite] = await walk.company.rings('carrier', reception, everybody);
  const from = invite?.request.headers.get('From') ?? '';
  assert.match(from, /^"Receptie \+31201234567" <sip:\+31201234567@/);
  walk.says(`what their displays show: ${from.replace(/@.*/, '@…>')}`);
}

async function whatOthersSee(walk: Walk): Promise<void> {
  walk.screen('Calling out: the eye, and the number that is shown');
  await walk.outsideSees('as it is', /^<sip:\+31851234567@/);
  await walk.set('the other number', 'PUT', '/v1/me/presented-number', { number: '085-1234568' });
  await walk.outsideSees('now', /^<sip:\+31851234568@/);
  await walk.refused("somebody else's number", 422, 'PUT', '/v1/me/presented-number', { number: '085-1234560' });
  await walk.set('the eye closed', 'PUT', '/v1/me/anonymous', { anonymous: true });
  await walk.outsideSees('now', /^"Anonymous" <sip:anonymous@anonymous\.invalid>/);
  await walk.outsideSees('112, all the same', /^<sip:\+31851234567@/, '112');
  await walk.set('the eye open', 'PUT', '/v1/me/anonymous', { anonymous: false });
}

/** Sanne with the app in her hand. */
class Walk {
  constructor(readonly company: ReachCompany) {}

  screen(title: string): void {
    console.log(`\n${title}`);
  }

  says(what: string): void {
    console.log(`  ${what}`);
  }

  async set(what: string, method: Method, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.company.apps.sanne.does(method, path, body);
    this.says(`sets: ${what}  (${method} ${path})`);
    return answer;
  }

  async refused(what: string, status: number, method: Method, path: string, body?: unknown): Promise<void> {
    const answer = await this.company.apps.sanne.ask(method, path, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    this.says(`is refused: ${what}: ${(answer.body as { detail: string }).detail}`);
  }

  async colleagueRings(when: string, expected: readonly Party[], look?: (uri: string) => void): Promise<void> {
    await this.rings(`Joris calls 201, ${when}`, '202-desk', '201', expected, look);
  }

  async rings(
    when: string,
    from: Party,
    dialled: string,
    expected: readonly Party[],
    look?: (uri: string) => void,
  ): Promise<void> {
    const [first] = await this.company.rings(from, dialled, expected);
    look?.(first?.request.uri ?? '');
    this.says(`${when}: rings ${expected.map((party) => names[party]).join(', ')}`);
  }

  /** The exchange answers by itself, and is heard. */
  async speaks(when: string, from: Party, dialled: string): Promise<void> {
    const call = await this.company.party(from).invite(dialled);
    const talk = await call.answered();
    await talk.audio.ear.hearSomething(3_000);
    await talk.hangUp();
    this.says(`${when}: the voicemail answers, and is heard`);
  }

  async outsideSees(when: string, from: RegExp, dialled = '020-1234567'): Promise<void> {
    const [invite] = await this.company.rings('201-desk', dialled, ['carrier']);
    const shown = invite?.request.headers.get('From') ?? '';
    assert.match(shown, from);
    this.says(`she calls ${dialled}, ${when}: the carrier is shown ${shown.replace(/@.*/, '@…>')}`);
  }
}
