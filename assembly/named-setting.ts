import { readFileSync } from 'node:fs';
import { SettingsError } from '../settings.ts';

/** Rejections of a part that say what to mend, with the setting they come from. */
export async function opened<T>(setting: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw new SettingsError(`${setting}: ${error instanceof Error ? error.message : 'it cannot be used'}`);
  }
}

/** A port that is taken is mended where it is set. */
export async function listening<T>(setting: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : 'may not be used';
      throw new SettingsError(`Port ${port} ${why}: set ${setting} to another one.`);
    }
    throw error;
  }
}

/** The content of a file that a setting names. */
export function readSettingFile(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new SettingsError(`${setting} names ${path}, which cannot be read.`);
  }
}
