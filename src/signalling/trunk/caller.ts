import { dialledIn } from '../admission.ts';

/** The header fields in which a trunk says who calls. */
export interface IdentityFields {
  readonly asserted: string | undefined;
  readonly remoteParty: string | undefined;
  readonly from: string | undefined;
  readonly privacy: string | undefined;
}

/** Who calls, as a trunk has it. */
export interface TrunkCaller {
  /** As the trunk wrote it. Known of some who withhold it: then it is for nobody but the exchange itself. */
  readonly number: string | undefined;
  readonly name: string | undefined;
  readonly withheld: boolean;
}

/**
 * P-Asserted-Identity before From (RFC 3325 §9.1), and Remote-Party-ID, its forerunner, in between: a trunk is trusted
 * to assert. Whichever way the caller is withheld, it comes out as one.
 */
export function trunkCaller({ asserted, remoteParty, from, privacy }: IdentityFields): TrunkCaller {
  const { number, name } = identityIn(asserted ?? remoteParty ?? from ?? '');
  const withheld =
    number === undefined ||
    isPrivate(privacy) ||
    isPrivateParty(remoteParty) ||
    // Who hides in From wants to be hidden, though the network knows better, unless it says outright that there is no need.
    (isNobody(from) && !saysNone(privacy));
  return { number, name: withheld ? undefined : name, withheld };
}

function identityIn(field: string): { readonly number: string | undefined; readonly name: string | undefined } {
  // The URI is looked for where it stands only: a display name is the caller's own words.
  const [, quoted, plain, bracketed] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*<([^>]*)>/.exec(field) ?? [];
  const uri = bracketed ?? field.trim();
  const number = dialledIn(uri);
  if (number === undefined || withheldUser.test(number) || /@anonymous\.invalid/i.test(uri)) {
    return { number: undefined, name: undefined };
  }
  const name = (quoted ?? plain ?? '').replaceAll(/\\(.)/g, '$1').trim();
  return { number, name: name === '' || name === number ? undefined : name };
}

/** What stands for the number of who withholds it (RFC 3323 §4.1, and what others write there). */
const withheldUser = /^(anonymous|unknown|restricted|unavailable|private|withheld|nonumber)$/i;

function isNobody(from: string | undefined): boolean {
  return from !== undefined && from !== '' && identityIn(from).number === undefined;
}

/** RFC 3323 §4.2, RFC 3325 §9.3. */
function isPrivate(privacy: string | undefined): boolean {
  return values(privacy).some((value) => value === 'id' || value === 'user' || value === 'header');
}

function saysNone(privacy: string | undefined): boolean {
  return values(privacy).includes('none');
}

function values(privacy: string | undefined): readonly string[] {
  return (privacy ?? '').split(/[;,]/).map((value) => value.trim().toLowerCase());
}

/** draft-ietf-sip-privacy-04 §5: `privacy=full`, or its parts. Looked for behind the address, where parameters stand. */
function isPrivateParty(remoteParty: string | undefined): boolean {
  const parameters = (remoteParty ?? '').replace(/^.*>/s, '');
  return /;\s*privacy\s*=\s*"?(full|name|uri|yes|ipaddr)/i.test(parameters);
}
