import { createHmac } from 'node:crypto';
import type { MobileVerification } from '../../directory/account.ts';
import { normalRoute } from '../../directory/destination.ts';
import { isMobileOf } from '../../directory/libphonenumber/mobile-number.ts';
import type { E164, UserId } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import { Refusal } from '../http/problem.ts';
import type { Rates } from '../http/rates.ts';
import type { ApiParts } from '../parts.ts';
import type { RandomBytes } from '../random.ts';
import { readOutsideNumber } from '../rules/destination.ts';
import { instant } from '../rules/instant.ts';
import { repeated, telling } from '../rules/mobile-code.ts';
import { tenantOf } from '../rules/references.ts';
import { codeBody, codeOnItsWay, me, mobileBody } from '../schema/me.ts';
import { answers, problemAnswer } from '../schema/problem.ts';
import { shown } from '../schema/wire.ts';
import { setOwn } from './setting.ts';

const tags = ['me'];
const config = { access: 'user' } as const;

/** The user's own mobile number, which a code proves to be theirs. Until then the old one stays. */
export function mobileRoutes(api: Api, parts: ApiParts, rates: Rates): void {
  const { store, clock, random, settings } = parts;

  api.put(
    '/v1/me/mobile',
    {
      config,
      schema: {
        ...{ tags, summary: 'My mobile number', body: mobileBody },
        description: 'Tells a code to it, three times an hour at most. The number counts once the code was repeated.',
        response: { 202: shown(codeOnItsWay), ...problemAnswer },
      },
    },
    async (request, reply) => {
      const { user } = signedIn(request);
      const { country, language } = await tenantOf(store.directory, user.tenant);
      const number = readOutsideNumber(request.body.number, country);
      await demandOutside(parts, number);
      demandMobileOf(number, settings.codeCountries ?? [country]);
      await rates.code(request, user.id, number);
      const code = newCode(random);
      const { written, before } = await note(parts, { user: user.id, number, codeHash: hashOf(code, user.id) });
      try {
        if (parts.teller === undefined)
          throw new Fault('CODE_NOT_TOLD', 'codes cannot be told here: whoever runs the exchange sets api.codes');
        await parts.teller.tell(number, code, language, user);
      } catch (thrown) {
        await putBack(parts, written, before);
        throw thrown;
      }
      return reply.code(202).send({ number, expiresAt: instant(written.expiresAt) });
    },
  );

  api.post(
    '/v1/me/mobile/verification',
    { config, schema: { tags, summary: 'Repeat the code', body: codeBody, response: answers(shown(me)) } },
    async (request) => {
      const { user } = signedIn(request);
      const hash = hashOf(request.body.code, user.id);
      const outcome = await store.accounts.changeVerification(user.id, (current) => {
        const tried = repeated(current, hash, clock.now());
        return { outcome: tried, write: tried.write };
      });
      if (outcome.is === 'wrong') throw outcome.fault;
      return setOwn(parts, request, (current) => ({ ...current, mobileNumber: outcome.number }));
    },
  );

  api.delete(
    '/v1/me/mobile',
    {
      config,
      schema: {
        ...{ tags, summary: 'No mobile number any more', response: answers(shown(me)) },
        description: 'A route to the mobile becomes the normal one.',
      },
    },
    (request) =>
      setOwn(parts, request, (user) => ({
        ...user,
        mobileNumber: undefined,
        personalRoute: user.personalRoute.is === 'mobile' ? normalRoute : user.personalRoute,
      })),
  );
}

type Noted = Pick<MobileVerification, 'user' | 'number' | 'codeHash'>;

async function note({ store, clock }: ApiParts, asked: Noted) {
  const { told, before } = await store.accounts.changeVerification(asked.user, (current) => {
    const decision = telling(current, asked, clock.now());
    return { outcome: { told: decision, before: current }, write: decision.may ? decision.write : undefined };
  });
  if (told.may) return { written: told.write, before };
  const seconds = String(told.retryAfterSeconds);
  const fault = new Fault('TOO_MANY_REQUESTS', `three codes were told within an hour: try again in ${seconds} seconds`);
  throw new Refusal(fault, { headers: { 'retry-after': seconds } });
}

/** The code reached nobody: the one before it, if any, holds as it did. */
async function putBack(
  { store }: ApiParts,
  written: MobileVerification,
  before: MobileVerification | undefined,
): Promise<void> {
  await store.accounts.changeVerification(written.user, (current) => ({
    outcome: undefined,
    write: current?.codeHash === written.codeHash ? (before ?? null) : undefined,
  }));
}

/** A code to a number at 90 cents a minute, or to a satellite, would be a way to make whoever runs the exchange pay. */
function demandMobileOf(number: E164, countries: readonly string[]): void {
  if (isMobileOf(number, countries)) return;
  throw new Fault(
    'NOT_POSSIBLE',
    `${number} is not a mobile number of ${countries.join(', ')}: give one that is, or ask whoever runs the exchange`,
  );
}

/** A company number, or a SIM that the exchange rings itself, would have calls go round. */
async function demandOutside({ store }: ApiParts, number: E164): Promise<void> {
  const { directory } = store;
  if ((await directory.companyNumber(number)) === undefined && (await directory.userBySim(number)) === undefined)
    return;
  throw new Fault(
    'NOT_POSSIBLE',
    `${number} is a number of this exchange: give the number of a mobile telephone outside`,
  );
}

/** Six digits, each as likely as the others. */
function newCode(random: RandomBytes): string {
  const [one = 0, two = 0, three = 0, four = 0, five = 0, six = 0] = random(6);
  // 48 bits in a million: what is more likely is so by one in 280 million.
  const number = ((((one * 256 + two) * 256 + three) * 256 + four) * 256 + five) * 256 + six;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A million codes are soon tried by whoever has the hash; ten minutes and five tries are what protects one. */
function hashOf(code: string, user: UserId): string {
  return createHmac('sha256', user).update(code).digest('hex');
}
