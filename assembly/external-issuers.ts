import { readFile } from 'node:fs/promises';
import type { ExternalIssuerSettings } from '../gateway/identity/issuers.ts';
import { SettingsError } from '../settings.ts';

type Member = keyof ExternalIssuerSettings;

/** What each member of an entry must be; anything else in the file is a mistake that would open or close a door. */
const MEMBERS: Readonly<Record<Member, (value: unknown) => boolean>> = {
  url: (value) => typeof value === 'string' && URL.canParse(value),
  audience: (value) => typeof value === 'string' && value !== '',
  algorithms: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  environmentClaim: (value) => typeof value === 'string' && value !== '',
  environmentRequired: (value) => typeof value === 'boolean',
  acceptGenericType: (value) => typeof value === 'boolean',
  embeddedElsewhere: (value) => typeof value === 'boolean',
};

/**
 * Reads the file that PORTCULLIS_EXTERNAL_ISSUERS names: `[{url, audience?, algorithms?, environmentClaim?,
 * environmentRequired?, acceptGenericType?, embeddedElsewhere?}]`. Rejects with a SettingsError that says what to mend.
 */
export async function readExternalIssuers(path: string, audience: string): Promise<ExternalIssuerSettings[]> {
  const listed = await readJson(path);
  if (!Array.isArray(listed)) throw mistake(path, 'it must hold a list of issuers');
  return listed.map((entry: unknown, index) => {
    const at = `entry ${index + 1}`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw mistake(path, `${at} must be an object`);
    for (const [name, value] of Object.entries(entry)) {
      const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name as Member] : undefined;
      if (check === undefined) {
        throw mistake(
          path,
          `${at} has an unknown member ${JSON.stringify(name)}; known are ${Object.keys(MEMBERS).join(', ')}`,
        );
      }
      if (!check(value)) throw mistake(path, `${at} has an unusable ${JSON.stringify(name)}`);
    }
    if (!('url' in entry)) throw mistake(path, `${at} needs "url", the issuer as its tokens name it`);
    return { audience, ...(entry as { url: string }) };
  });
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw mistake(path, 'it cannot be read');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw mistake(path, 'it is not valid JSON');
  }
}

function mistake(path: string, what: string): SettingsError {
  return new SettingsError(`PORTCULLIS_EXTERNAL_ISSUERS names ${path}: ${what}.`);
}
