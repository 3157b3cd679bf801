import { join } from 'node:path';
import { CatalogRefused } from '../../assembly/refuse-start.ts';
import { startPortcullis } from '../../main.ts';
import { readSettings, SettingsError } from '../../settings.ts';
import { stopSignal } from '../../stop-signal.ts';
import { startCompany } from './company.ts';

const ODOO_PORT = 8069;
const CARRIER_PORT = 8070;

/** `npm start`: the distribution company behind a gateway, and commands that show what it does. */
async function demo(): Promise<void> {
  const workFolder = process.env.PORTCULLIS_DATA ?? '.portcullis';
  const company = await startCompany({
    odooPort: portFrom('PORTCULLIS_DEMO_ODOO_PORT', ODOO_PORT),
    carrierPort: portFrom('PORTCULLIS_DEMO_CARRIER_PORT', CARRIER_PORT),
    odooVersion: 19,
    workFolder: join(workFolder, 'demo'),
  });
  try {
    const variables = { PORTCULLIS_LOG_LEVEL: 'warn', ...company.variables, ...process.env };
    const portcullis = await startPortcullis(readSettings(variables), variables);
    process.stdout.write(guide(portcullis.gatewayUrl, portcullis.adminUrl, company.odoo.url));
    await stopSignal();
    process.stdout.write('\nFinishing what is under way …\n');
    await portcullis.stop();
  } finally {
    await company.close();
  }
}

function portFrom(name: string, fallback: number): number {
  const given = process.env[name];
  if (given === undefined || given === '') return fallback;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new SettingsError(`${name} must be a port from 0 to 65535; it is ${JSON.stringify(given.slice(0, 40))}.`);
}

function guide(gateway: string, admin: string, odoo: string): string {
  const bearer = '-H "authorization: Bearer $TOKEN"';
  return `
Portcullis serves a distribution company.

  gateway        ${gateway}
  admin part     ${admin}
  stand-in Odoo  ${odoo}

Paste these into another terminal, in this folder:

# A token for the CRM
TOKEN=$(curl -s ${admin}/oauth/token -u salesforce-crm:demo-salesforce-crm -d grant_type=client_credentials | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# A granted read: only the granted fields of only the granted records
curl -s "${gateway}/customer-master/v1/customers?limit=2" ${bearer}; echo

# A refused field: hidden and unknown are the same answer
curl -s "${gateway}/customer-master/v1/customers?fields=name,creditLimit" ${bearer}; echo

# A refused write, naming the system that owns the field
curl -s -X PATCH ${gateway}/customer-master/v1/customers/10 ${bearer} -H "content-type: application/json" -d '{"creditLimit": 99999}'; echo

# An old Odoo client as it is, with a key of the gateway: XML-RPC from Python's standard library
python3 -c "import xmlrpc.client as x; u='${gateway}/xmlrpc/2/'; k='demo-legacy-order-desk'; d='distribution'; n=x.ServerProxy(u+'common').authenticate(d, 'legacy-order-desk', k, {}); print(x.ServerProxy(u+'object').execute_kw(d, n, k, 'res.partner', 'search_read', [[]], {'limit': 2}))"

# The record of it
npm run -s portcullis -- audit list --last 5

# Why, and by which rule
npm run -s portcullis -- explain --consumer salesforce-crm GET /customer-master/v1/customers/10

Ctrl-C stops it.
`;
}

try {
  await demo();
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  if (isTaken) {
    const setting =
      error.port === ODOO_PORT || error.port === Number(process.env.PORTCULLIS_DEMO_ODOO_PORT)
        ? 'PORTCULLIS_DEMO_ODOO_PORT'
        : 'PORTCULLIS_DEMO_CARRIER_PORT';
    process.stderr.write(`Port ${error.port} is taken: set ${setting} to another one.\n`);
  } else if (error instanceof SettingsError || error instanceof CatalogRefused) {
    process.stderr.write(`${error.message}\n`);
  } else {
    throw error;
  }
  process.exitCode = 1;
}
