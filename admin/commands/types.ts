import type { Command } from './command.ts';
import { CONTRACT_USAGE, grantedContract } from './granted-contract.ts';

/** `types --consumer C INTERFACE`: TypeScript types of the consumer's own contract. */
export const types: Command = {
  name: 'types',
  usage: `types ${CONTRACT_USAGE}`,
  summary: "print the typed client of a consumer's own contract",
  async run(args, context) {
    const document = await grantedContract(args, context);
    if (document === undefined) return 1;
    // A compiler of ten megabytes: loaded by who asks for types, not by every gateway.
    const { clientTypes } = await import('../../openapi/client-types.ts');
    context.out(await clientTypes(document));
    return 0;
  },
};
