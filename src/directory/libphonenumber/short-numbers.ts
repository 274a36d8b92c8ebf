/**
 * Emergency and service numbers that are dialled as they are, in that country and without
 * its prefix. They come before extensions: nobody who dials 112 means a colleague.
 */
const shortNumbers: Readonly<Record<string, RegExp>> = {
  // 113 suicide prevention, 144 animals in need, 140xx(x) municipalities, 18xx directory enquiries.
  NL: /^(113|144|140\d{2,3}|18\d\d)$/,
  BE: /^(10[0-8]|110)$/,
  DE: /^(110|115)$/,
  FR: /^(15|17|18|114|115|119)$/,
  GB: /^(999|101|105|111|118\d{3})$/,
  US: /^([2-8]11|911|988)$/,
  CA: /^([2-8]11|911|988)$/,
};

/** 112 is reached from all of Europe, and so are the services of social value behind 116 (such as 116111). */
const everywhere = /^(112|116\d{3})$/;

/** @param country ISO 3166 */
export function isShortNumber(digits: string, country: string): boolean {
  return everywhere.test(digits) || (shortNumbers[country]?.test(digits) ?? false);
}
