import type { Sound } from '../call/effect.ts';
import type { TenantId } from '../directory/types.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { Language, Playable, SoundLibrary } from '../media/port.ts';

/** What media is to play for sounds of a call, one after the other. */
export type FindSounds = (sounds: readonly Sound[]) => Promise<readonly Playable[]>;

/** Looks spoken sounds up in the library, in the language of their tenant. */
export function findSounds(
  library: Pick<SoundLibrary, 'find'>,
  languageOf: (tenant: TenantId) => Promise<Language>,
): FindSounds {
  const find = async (sound: Sound): Promise<readonly Playable[]> => {
    switch (sound.is) {
      case 'spoken':
        return library.find({ name: sound.name, language: await languageOf(sound.tenant), tenant: sound.tenant });
      case 'ringback':
      case 'beep':
        return [{ is: 'tone', tone: sound.is }];
      case 'music':
        return [{ is: 'music' }];
      default:
        return unreachable(sound);
    }
  };
  return async (sounds) => (await Promise.all(sounds.map(find))).flat();
}
