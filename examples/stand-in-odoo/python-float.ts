import { Recordset } from './recordset.ts';

/** A number that Python holds as a float: `750.0` in JSON, `<double>` in XML-RPC. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toString(): string {
    return Number.isInteger(this.value) && Math.abs(this.value) < 1e16 ? `${this.value}.0` : String(this.value);
  }
}

/** The plain numbers behind the floats of a value, at any depth. */
export function withoutFloats(value: unknown): unknown {
  if (value instanceof PythonFloat) return value.value;
  if (Array.isArray(value)) return value.map(withoutFloats);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutFloats(member)]));
}

/** JSON as Python writes it: floats keep their point, None is null. */
export function pythonJson(value: unknown): string {
  if (value instanceof PythonFloat) return value.toString();
  if (value instanceof Recordset) return JSON.stringify(value.toString());
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`);
  return `{${members.join(', ')}}`;
}
