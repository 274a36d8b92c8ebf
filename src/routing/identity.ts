import type { Presentation, UserCaller } from '../call/party.ts';
import type { Stranger } from '../call/route-step.ts';
import type { DivertedBy } from '../call/diverted-by.ts';
import type { E164, Language } from '../directory/types.ts';

/** Who calls, as the tenant in whose settings the call is may know them. */
export type Seen =
  { readonly is: 'colleague'; readonly caller: UserCaller } | { readonly is: 'stranger'; readonly stranger: Stranger };

const withheld: Readonly<Record<Language, string>> = { nl: 'Anoniem', en: 'Anonymous' };

/**
 * Devices see a colleague by name and extension, and a stranger by number. The prefix of the dialled plan stands in
 * the display only, so that history and call-back have the bare number.
 */
export function shownToDevice(seen: Seen, prefix: string | undefined, language: Language): Presentation {
  const plain = { asserted: undefined, diverted: [] };
  const { display, number } =
    seen.is === 'colleague'
      ? { display: seen.caller.name, number: seen.caller.extension }
      : { display: seen.stranger.number === undefined ? undefined : seen.stranger.name, number: seen.stranger.number };
  if (prefix === undefined) return { ...plain, display, number };
  return { ...plain, display: `${prefix} ${display ?? number ?? withheld[language]}`, number };
}

/** What the outside may see of a call, all of it numbers: no name and no extension leaves the exchange. */
export interface Outward {
  /** Of the caller; undefined: withheld. */
  readonly caller: string | undefined;
  /** The tenant's, by which the trunk admits and bills the call. */
  readonly owned: E164 | undefined;
}

/** A call of one's own. */
export function shownOutside({ caller, owned }: Outward): Presentation {
  return { display: undefined, number: caller, asserted: owned, diverted: [] };
}

/** A call that a plan or a user sends on. Who answers knows either who calls and by whom it came, or the company alone. */
export function shownSentOn(
  { caller, owned }: Outward,
  outsideSees: 'caller' | 'company',
  diverted: readonly DivertedBy[],
): Presentation {
  if (outsideSees === 'company') return { display: undefined, number: owned, asserted: owned, diverted: [] };
  return { display: undefined, number: caller, asserted: owned, diverted };
}
