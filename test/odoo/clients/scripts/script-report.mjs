/** Where the gateway is and how the integration knows itself there. */
export const { GATEWAY_URL = '', DATABASE = '', LOGIN = '', KEY = '' } = process.env;

/** What a call was refused with, in the client's own words; its answer is not wanted. */
export async function refusal(call) {
  try {
    return { answered: await call };
  } catch (error) {
    const said = String(error?.message ?? error).trimEnd();
    return error?.faultCode === undefined ? said : `${error.faultCode} ${said}`;
  }
}

/** Prints what the script saw as the one line that it prints. */
export function report(seen) {
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}
