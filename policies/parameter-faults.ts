import { type Refusal, refuse } from '../gateway/problems.ts';

const MOST_FAULTS = 20;
const MOST_NAME = 64;

export interface ParameterFault {
  readonly name: string;
  readonly message: string;
}

/** The refusal that lists what is wrong with parameters: names and reasons, never values. */
export function refuseParameters(faults: readonly ParameterFault[]): Refusal {
  const parameters = faults
    .slice(0, MOST_FAULTS)
    .map(({ name, message }) => ({ name: name.slice(0, MOST_NAME), message }));
  const [first] = parameters;
  const detail = first === undefined ? undefined : `Parameter ${first.name} ${first.message}.`;
  return refuse('parameter-invalid', detail, { members: { parameters } });
}

/** The refusal of a parameter that the contract does not have. */
export function refuseUnknownParameter(name: string): Refusal {
  const shown = name.slice(0, MOST_NAME);
  return refuse('parameter-unknown', `Parameter ${shown} is not part of this operation.`, {
    members: { parameters: [{ name: shown, message: 'is not declared' }] },
  });
}
