import { userInfo } from 'node:os';
import type { AuditReadEntry } from '../../audit/entry.ts';
import { canonicalJson } from '../../audit/record/canonical-json.ts';
import { LedgerAsker } from '../questions/ledger-asker.ts';
import { askedByOrder } from '../questions/parse-asked.ts';
import type { ReportName, Reports } from '../questions/reports.ts';
import { adminClient } from './admin-client.ts';
import { type CommandContext, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';
import type { Order, Values } from './ledger-order.ts';

const NOT_RECORDED =
  'This question is not on record: the running gateway writes the ledger. Ask it with --server to have it there.';

/**
 * Asks the running gateway where `--server` names it, else the ledger in the data folder, whose index is brought up to date
 * first. The question is on record before its answer is shown. Undefined where the catalog cannot be read: that was told.
 */
export async function askForReport<N extends ReportName>(
  context: CommandContext,
  values: Values,
  name: N,
  order: Order,
): Promise<Reports[N] | undefined> {
  const { server, data, catalog, environment } = values as Record<string, string | undefined>;
  if (server !== undefined) {
    if (data !== undefined) throw new UsageError('--server asks the gateway, --data its folder: give one of them.');
    return (await adminClient(server, context).json('POST', `/audit/${name}`, order)) as Reports[N];
  }
  const asked = askedByOrder(order);
  const { defaults, openLedger } = context;
  if (openLedger === undefined) throw new UsageError('There is no ledger to ask here: name a gateway with --server.');
  const folder = catalog ?? defaults.catalogFolder;
  const snapshot = await compiledSnapshot(context, folder, environment ?? defaults.environment);
  if (snapshot === undefined) return undefined;
  const ledger = await openLedger(data ?? defaults.dataFolder);
  try {
    const { handlesOf, origin } = ledger;
    const asker = new LedgerAsker({ inForce: () => snapshot, handlesOf, origin, now: Date.now });
    const { report, rows } = await asker.answer(ledger.index, name, asked);
    const { question: _, ...options } = asked;
    const entry: AuditReadEntry = {
      type: 'audit-read',
      actor: `local user ${userInfo().username}`,
      query: canonicalJson({ report: name, question: report.question, ...options }),
      rows,
      time: new Date().toISOString(),
    };
    if (!(await ledger.record(entry))) context.err(NOT_RECORDED);
    return report;
  } finally {
    await ledger.close();
  }
}
