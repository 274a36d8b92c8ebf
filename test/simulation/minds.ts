import type { Call } from './call.ts';
import type { Chance } from './chance.ts';
import type { Mind, Party, Ticket } from './party.ts';
import type { Conduct, Plan } from './plan.ts';

type CallPlan = Plan & { readonly kind: 'call' };
type SubscriptionPlan = Plan & { readonly kind: 'subscription' };

const idle: Mind = {
  invited: () => undefined,
  rings: () => undefined,
  up: () => undefined,
  ended: () => undefined,
  asked: () => undefined,
  answered: () => undefined,
};

export function callerMind(party: Party, chance: Chance, plan: CallPlan): Mind {
  return {
    ...idle,
    up: (call) => act(party, call, plan.caller),
    asked: (ticket) => replySomeTime(party, chance, ticket),
  };
}

export function calleeMind(party: Party, chance: Chance, plan: CallPlan): Mind {
  return {
    ...idle,
    invited: (call) => {
      call.neverAnswers = plan.answer === undefined;
      const answer = (): void => {
        if (plan.answer === undefined) return;
        const { after, status } = plan.answer;
        party.later(after, () => party.answer(call, status));
      };
      provide(party, call, plan.provisionals, answer);
    },
    up: (call) => act(party, call, plan.callee),
    asked: (ticket) => replySomeTime(party, chance, ticket),
  };
}

/** Passes calls on. */
export function proxyMind(party: Party, destinations: readonly string[]): Mind {
  return { ...idle, invited: (call) => party.proxy(call, destinations) };
}

/** Two calls joined, as an application on drachtio-srf joins them. */
export function bridgeMind(party: Party, chance: Chance, uri: string, supports100rel: boolean): Mind {
  const pairs = new Map<Call, Call>();
  return {
    ...idle,
    invited: (caller) => {
      const callee = party.invite(uri, supports100rel ? ['Supported: 100rel'] : []);
      pairs.set(caller, callee).set(callee, caller);
    },
    rings: (callee, status) => {
      const caller = pairs.get(callee);
      if (caller?.awaitsPrack === false) {
        party.answer(caller, status, supports100rel && chance.happens(0.5) ? ['Require: 100rel'] : []);
      }
    },
    up: (call) => {
      const other = pairs.get(call);
      if (other === undefined) return;
      if (other.state === 'ended') party.hangUp(call);
      else if (call.role === 'uac') party.answer(other, 200);
    },
    ended: (call) => {
      const other = pairs.get(call);
      if (other === undefined) return;
      party.cancel(other);
      party.hangUp(other);
      party.answer(other, call.status >= 300 ? call.status : 480);
    },
    asked: (ticket) => replySomeTime(party, chance, ticket),
  };
}

export function subscriberMind(party: Party, uri: string, plan: SubscriptionPlan): Mind {
  let known = false;
  return {
    ...idle,
    asked: (ticket) => party.reply(ticket, 200),
    answered: (method, status, id) => {
      if (method !== 'SUBSCRIBE' || status >= 300 || known) return;
      known = true;
      const again = (expires: number) => () => party.send('SUBSCRIBE', uri, subscribe(expires), id);
      if (plan.refreshes !== undefined) party.later(plan.refreshes, again(plan.seconds));
      if (plan.end === 'subscriber') party.later(30_000, again(0));
    },
  };
}

export function notifierMind(party: Party, plan: SubscriptionPlan): Mind {
  let known = false;
  const notify = (id: string, state: string): void =>
    party.send('NOTIFY', '', ['Event: presence', `Subscription-State: ${state}`], id);
  return {
    ...idle,
    asked: (ticket) => {
      party.reply(ticket, 200, [`Expires: ${ticket.expires ?? '3600'}`]);
      const { dialogId: id } = ticket;
      if (ticket.expires === '0') notify(id, 'terminated;reason=timeout');
      else notify(id, 'active');
      if (known) return;
      known = true;
      let after = 0;
      for (const pause of plan.notifies) {
        after += pause;
        party.later(after, () => notify(id, 'active'));
      }
      if (plan.end === 'notifier') party.later(after + 10, () => notify(id, 'terminated;reason=noresource'));
    },
  };
}

/** Grants what is asked of it, outside of calls and within. */
export function obligingMind(party: Party, chance: Chance): Mind {
  return { ...idle, asked: (ticket) => replySomeTime(party, chance, ticket) };
}

export const subscribe = (expires: number): string[] => ['Event: presence', `Expires: ${String(expires)}`];

function provide(
  party: Party,
  call: Call,
  rest: Plan extends never ? never : CallPlan['provisionals'],
  then: () => void,
): void {
  const [next, ...others] = rest;
  if (next === undefined) {
    then();
    return;
  }
  party.later(next.after, () => {
    // RFC 3262 §3: one at a time.
    const headers = next.reliable && !call.awaitsPrack ? ['Require: 100rel'] : [];
    party.answer(call, next.status, headers);
    provide(party, call, others, then);
  });
}

function act(party: Party, call: Call, { acts }: Conduct): void {
  for (const { after, what } of acts) {
    party.later(after, () => {
      if (what === 'hang up') party.hangUp(call);
      else party.request(call, what, headersOf(what));
    });
  }
}

function headersOf(method: string): string[] {
  if (method === 'REFER') return ['Refer-To: <sip:carol@10.0.0.9>'];
  return method === 'NOTIFY' ? ['Event: refer', 'Subscription-State: active'] : [];
}

/** Mostly soon, sometimes too late or never. */
function replySomeTime(party: Party, chance: Chance, ticket: Ticket): void {
  const speed = chance.next();
  if (speed > 0.97) return;
  const after =
    speed < 0.7 ? chance.between(0, 20) : speed < 0.93 ? chance.between(0, 3000) : chance.between(0, 40_000);
  const status = chance.happens(0.9) ? 200 : chance.pick([400, 405, 488, 500, 603]);
  party.later(after, () => party.reply(ticket, ticket.method === 'REFER' && status === 200 ? 202 : status));
}
