import type { Fault } from '../catalog/fault.ts';
export function patternFault(_pattern: string): Pick<Fault, 'code' | 'message' | 'severity'> | undefined {
  return undefined;
}
