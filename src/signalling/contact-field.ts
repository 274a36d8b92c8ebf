import type { OfferedContact } from '../registrar/register.ts';
import type { Binding } from '../registrar/binding.ts';
import type { Instant } from '../kernel/clock.ts';
import { sanitiseContact } from './addressing.ts';

/**
 * The Contact fields of a REGISTER.
 * @returns undefined when they cannot be read
 */
export function parseContacts(field: string): readonly OfferedContact[] | 'all' | undefined {
  if (field.trim() === '*') return 'all';
  const contacts = splitContacts(field).map(parseContact);
  return contacts.some((contact) => contact === undefined)
    ? undefined
    : contacts.filter((contact) => contact !== undefined);
}

/** Splits at commas that stand outside quotes and angle brackets. */
function splitContacts(field: string): readonly string[] {
  return field.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g)?.map((part) => part.trim()) ?? [];
}

function parseContact(text: string): OfferedContact | undefined {
  const bracketed = /^(?:"(?:[^"\\]|\\.)*"\s*|[^<"]*)<([^>]+)>(.*)$/s.exec(text);
  // Without brackets, what follows the first semicolon belongs to the field, not to the URI (RFC 3261 §20.10).
  const [, uri, rest] = bracketed ?? /^([^;\s]+)(.*)$/s.exec(text) ?? [];
  if (uri === undefined || rest === undefined || !/^sips?:[^\s]+$/i.test(uri)) return undefined;
  const parameters = parametersOf(rest);
  const expires = parameters.get('expires');
  return {
    uri: sanitiseContact(uri),
    // A value that is no number counts as not given (RFC 3261 §20.10).
    expires: expires !== undefined && /^\d{1,10}$/.test(expires) ? Number(expires) : undefined,
    instance: parameters.get('+sip.instance')?.replace(/^<(.*)>$/, '$1'),
    regId: parameters.get('reg-id'),
  };
}

function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name, quoted, token] of text.matchAll(/;\s*([^=;\s]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*)))?/g)) {
    if (name !== undefined) found.set(name.toLowerCase(), token ?? quoted ?? '');
  }
  return found;
}

/**
 * The Contact field of the 200: every binding with what is left of it, the phone's
 * own first, as some phones read no further.
 */
export function printContacts(bindings: readonly Binding[], now: Instant): string {
  return bindings.map((binding) => printBinding(binding, now)).join(', ');
}

function printBinding(binding: Binding, now: Instant): string {
  const left = Math.max(0, Math.round((binding.expiresAt - now) / 1000));
  const instance = binding.instance === undefined ? '' : `;+sip.instance="<${binding.instance}>"`;
  return `<${binding.contact}>;expires=${String(left)}${instance}`;
}
