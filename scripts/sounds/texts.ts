import type { Language, SpokenSound } from '../../src/media/port.ts';

interface Spoken {
  /** Of espeak-ng. */
  readonly voice: string;
  readonly texts: Readonly<Record<SpokenSound, string>>;
  /** From 0 to 9. */
  readonly digits: readonly string[];
}

/** What the exchange says. */
export const spoken: Readonly<Record<Language, Spoken>> = {
  nl: {
    voice: 'nl',
    texts: {
      'voicemail-greeting': 'Dit is de voicemail. Spreek na de toon een bericht in.',
      'nobody-available': 'Op dit moment is er niemand beschikbaar. Probeer het later nog eens.',
      'number-not-in-use': 'Dit nummer is niet in gebruik.',
      'cannot-be-reached': 'Dit nummer is op dit moment niet bereikbaar.',
      closed: 'Wij zijn op dit moment gesloten.',
      'not-understood': 'Dat is geen geldige keuze.',
      goodbye: 'Bedankt voor het bellen. Tot ziens.',
      'your-code-is': 'Uw code is:',
    },
    digits: ['nul', 'een', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen'],
  },
  en: {
    voice: 'en-gb',
    texts: {
      'voicemail-greeting': 'This is voicemail. Please leave a message after the tone.',
      'nobody-available': 'Nobody is available at the moment. Please try again later.',
      'number-not-in-use': 'This number is not in use.',
      'cannot-be-reached': 'This number cannot be reached at the moment.',
      closed: 'We are closed at the moment.',
      'not-understood': 'That is not a valid choice.',
      goodbye: 'Thank you for calling. Goodbye.',
      'your-code-is': 'Your code is:',
    },
    digits: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  },
};
