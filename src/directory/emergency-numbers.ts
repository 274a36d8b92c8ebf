/**
 * Numbers on which help is sent out to the caller. 112 by Directive (EU) 2018/1972, article 109, and by 3GPP TS 22.101
 * §10.1 in every mobile network; the national ones as each country has them in the ITU's lists (E.164 National
 * Numbering Plans; for France ARCEP's decision 02-1179, for the USA and Canada 47 U.S.C. §251(e)(3)).
 */
const nationalEmergencyNumbers: Readonly<Record<string, readonly string[]>> = {
  BE: ['100', '101', '110'],
  CA: ['911'],
  DE: ['110'],
  FR: ['15', '17', '18', '114', '115', '119'],
  GB: ['999'],
  US: ['911'],
};

/** Whether it is one somewhere: for who does not know yet where the caller is. @param dialled with separators or without */
export function mayBeEmergencyNumber(dialled: string): boolean {
  const digits = dialled.replaceAll(/[\s().\-/+]/g, '');
  return (
    /^(?:00)?\d{0,3}112$/.test(digits) ||
    Object.values(nationalEmergencyNumbers).some((numbers) => numbers.includes(digits))
  );
}

/** @param digits as dialled @param country ISO 3166: of the tenant, wherever the phone is */
export function isEmergencyNumber(digits: string, country: string): boolean {
  return digits === '112' || (nationalEmergencyNumbers[country]?.includes(digits) ?? false);
}
