import { deviceId, isExtension, tenantId, userId } from '../../src/directory/names.ts';
import { newUser } from '../../src/directory/new.ts';
import type { Device, Extension, User } from '../../src/directory/types.ts';
import { hashCredentials } from '../../src/signalling/digest/credentials.ts';
import type { DirectoryStore } from '../../src/store/port.ts';

/** The password of everybody in the crowd; the exchange of a test listens on loopback only. */
export const crowdPassword = 'correct-horse-battery';

/** Adds users with one desk phone each, `1001-desk` and so on, to the demonstration company. */
export async function addCrowd(directory: DirectoryStore, realm: string, extensions: readonly string[]): Promise<void> {
  const people = extensions.map((extension) => member(extension, realm));
  await directory.save({ users: people.map(({ user }) => user), devices: people.map(({ device }) => device) });
}

function member(extension: string, realm: string): { readonly user: User; readonly device: Device } {
  const tenant = tenantId('voorbeeld');
  const username = `${extension}-desk`;
  const user = newUser({
    id: userId(`voorbeeld-${extension}`),
    tenant,
    name: `Collega ${extension}`,
    extension: checked(extension),
    ringTargets: { desk: true },
  });
  return {
    user,
    device: {
      id: deviceId(`voorbeeld-${username}`),
      tenant,
      user: user.id,
      kind: 'desk',
      username,
      credentials: hashCredentials(username, realm, crowdPassword),
    },
  };
}

function checked(extension: string): Extension {
  if (!isExtension(extension)) throw new Error(`${extension} is not an extension`);
  return extension;
}
