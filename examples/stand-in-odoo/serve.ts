import { DEMO_API_KEY, demoData, demoUsers } from './demo-data/demo-data.ts';
import { startStandInOdoo } from './start.ts';

// node examples/stand-in-odoo/serve.ts [port] [version]
const port = Number(process.argv[2] ?? 8069);
const asked = Number(process.argv[3] ?? 19);
const version = ([16, 17, 18, 19] as const).find((known) => known === asked);
if (version === undefined || !Number.isInteger(port)) {
  console.error('Usage: serve.ts [port] [16|17|18|19]');
  process.exit(2);
}
const odoo = await startStandInOdoo({ port, version, data: demoData(version), users: demoUsers(DEMO_API_KEY) });
console.log(`Stand-in Odoo ${version} listens on ${odoo.url}, database ${odoo.database}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => odoo.close());
