import type { DivertedBy } from '../../call/diverted-by.ts';
import type { Presentation } from '../../call/party.ts';
import type { Trunk } from '../../directory/types.ts';
import { anonymousField, hostInUri, userInUri } from '../addressing.ts';
import type { HeaderFields } from '../srf.ts';

type Shown = Pick<Presentation, 'number' | 'asserted' | 'diverted'>;
/** A number as this trunk writes it. */
type Write = (number: string) => string;

/**
 * Who calls, as a trunk is told. No name is in it, and when the number is withheld the caller is in
 * P-Asserted-Identity alone, which the carrier takes out before it goes on (RFC 3325 §7).
 * @param dialled whom the INVITE is for: the last entry of History-Info
 */
export function trunkIdentity(trunk: Trunk, shown: Shown, dialled: string, write: Write): HeaderFields {
  const { number, asserted = number } = shown;
  const at = trunk.registers === undefined ? 'localhost' : hostInUri(trunk.host);
  const address = (of: string): string => `<sip:${userInUri(write(of))}@${at}>`;
  const diversions = diversionsOf(shown);
  const withheld = number === undefined;
  return {
    From: withheld ? anonymousField : address(number),
    // The carrier admits and bills by it, whatever From shows (RFC 3325 §9.1).
    ...(asserted === undefined ? {} : { 'P-Asserted-Identity': address(asserted) }),
    ...(withheld ? { Privacy: diversions.length === 0 ? 'id' : 'id;history' } : {}),
    ...(diversions.length === 0 ? {} : history(trunk, diversions, dialled, withheld, write)),
  };
}

/**
 * Who sent the call on, as the outside may know: an extension stands for the company's number. One number that sent it
 * on twice in a row is one diversion.
 */
function diversionsOf({ diverted, asserted }: Shown): readonly DivertedBy[] {
  const numbered = diverted.flatMap((by) => {
    const number = by.number.startsWith('+') ? by.number : asserted;
    return number === undefined ? [] : [{ ...by, number }];
  });
  return numbered.filter(({ number }, at) => number !== numbered[at - 1]?.number);
}

/**
 * Diversion, the latest first (RFC 5806 §7), and the same as History-Info, the first target first (RFC 7044 §5.1), with
 * the causes of RFC 4458. Of a withheld call neither is for the called party: it could tell the caller's company.
 */
function history(
  trunk: Trunk,
  diversions: readonly DivertedBy[],
  dialled: string,
  withheld: boolean,
  write: Write,
): HeaderFields {
  // The SIP server puts its own address for `localhost` into other fields only.
  const uri = (number: string): string => `sip:${userInUri(write(number))}@${hostInUri(trunk.host)}`;
  const privacy = withheld ? ';privacy=full' : '';
  const reasons = diversions.map(({ number, reason }) => `<${uri(number)}>;reason=${reason}${privacy}`);
  const firstToLast = diversions.toReversed();
  const targets = [...firstToLast.map(({ number }) => number), dialled];
  const entries = targets.map((target, at) => {
    const sentOnBy = firstToLast[at - 1];
    if (sentOnBy === undefined) return `<${uri(target)}>;index=${indexOf(at)}`;
    return `<${uri(target)};cause=${String(causes[sentOnBy.reason])}>;index=${indexOf(at)};mp=${indexOf(at - 1)}`;
  });
  return { Diversion: reasons.join(', '), 'History-Info': entries.join(', ') };
}

/** Each target came out of the one before: 1, 1.1, 1.1.1 (RFC 7044 §10.3). */
function indexOf(depth: number): string {
  return ['1', ...Array.from({ length: depth }, () => '1')].join('.');
}

const causes: Readonly<Record<DivertedBy['reason'], number>> = {
  unconditional: 302,
  'follow-me': 302,
  'time-of-day': 302,
  'no-answer': 408,
  'user-busy': 486,
  unknown: 404,
};
