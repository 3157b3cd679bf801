/** The members of a record that are the same for every exchange under one plan. */
export interface ConstantMembers {
  readonly environment: string;
  readonly snapshot: string;
  readonly interface?: string;
  readonly version?: string;
  /** Digest of the version's document. */
  readonly digest?: string;
  readonly operation?: string;
  readonly method: string;
  readonly template?: string;
  readonly consumer?: string;
  readonly client?: string;
  readonly grant?: string;
  readonly purpose?: string;
}

const ORDER = [
  'consumer',
  'client',
  'grant',
  'purpose',
  'interface',
  'version',
  'digest',
  'operation',
  'method',
  'template',
  'environment',
  'snapshot',
] as const satisfies readonly (keyof ConstantMembers)[];

/** JSON text (UTF-8) of the constant members without braces, made once per plan; absent members are left out. */
export function recordPrefix(members: ConstantMembers): Buffer {
  const parts: string[] = [];
  for (const name of ORDER) {
    const value = members[name];
    if (value !== undefined && value !== '') parts.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return Buffer.from(parts.join(','));
}
