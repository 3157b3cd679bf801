import { readSecrets } from '../gateway/read-secrets.ts';
import { type KeyRing, keyRing, type ReadSecret } from '../gateway/secrets.ts';
import { type Settings, SettingsError } from '../settings.ts';
import { readSettingFile } from './named-setting.ts';

/** All that is secret and comes from the settings. */
export interface Secrets {
  /** Reads what documents name; relative files start at the catalog folder. */
  readonly readSecret: ReadSecret;
  readonly keys: KeyRing;
  readonly adminToken: string;
  /** PEM of both listeners, and the authorities of client certificates. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer | undefined } | undefined;
}

/** Throws a SettingsError that names the setting, never a value, when one is missing or weak. */
export function openSecrets(settings: Settings, variables: Readonly<Record<string, string | undefined>>): Secrets {
  const readSecret = readSecrets({ environment: variables, folder: settings.catalogFolder, demo: settings.demo });
  return {
    readSecret,
    keys: keyRing(secretSetting(readSecret, 'PORTCULLIS_MASTER_SECRET')),
    adminToken: secretSetting(readSecret, 'PORTCULLIS_ADMIN_TOKEN'),
    tls: settings.tls === undefined ? undefined : readTls(settings.tls),
  };
}

function secretSetting(readSecret: ReadSecret, name: string): string {
  try {
    return readSecret({ env: name });
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : `${name} cannot be read.`);
  }
}

function readTls({ certFile, keyFile, clientCaFile }: NonNullable<Settings['tls']>) {
  return {
    cert: readSettingFile('PORTCULLIS_TLS_CERT', certFile),
    key: readSettingFile('PORTCULLIS_TLS_KEY', keyFile),
    ca: clientCaFile === undefined ? undefined : readSettingFile('PORTCULLIS_TLS_CLIENT_CA', clientCaFile),
  };
}
