import { OdooClient } from 'odoo-xmlrpc-ts';
import { DATABASE, GATEWAY_URL, KEY, LOGIN, refusal, report } from './script-report.mjs';

const client = new OdooClient({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: KEY });
const stranger = new OdooClient({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: 'guessed' });

const { server_version_info: version } = await client.version();
const uid = await client.authenticate();
const companies = await client.search('res.partner', [['is_company', '=', true]]);
const page = await client.searchRead('res.partner', [['is_company', '=', true]], {
  fields: ['name', 'country_id'],
  limit: 2,
  order: 'id',
});
const first = page[0].id;
const id = await client.create('res.partner', { name: 'By odoo-xmlrpc-ts', category_id: [[4, 1, 0]] });
const written = await client.write('res.partner', [id], { phone: '+32 2' });
const [made] = await client.read('res.partner', [id], ['name', 'phone', 'category_id']);
await client.unlink('res.partner', [id]);

const asked = async (field) => ({
  read: await refusal(client.read('res.partner', [first], [field])),
  domain: await refusal(client.search('res.partner', [[field, '=', 'x']])),
  order: await refusal(client.searchRead('res.partner', [], { fields: ['name'], order: field })),
  write: await refusal(client.write('res.partner', [first], { [field]: 'x' })),
});

report({
  uid,
  version,
  wrongKey: await refusal(stranger.authenticate()),
  companies,
  count: await client.searchCount('res.partner', [['is_company', '=', true]]),
  page,
  whole: (await client.read('res.partner', [first]))[0],
  every: await client.searchRead('res.partner', [['id', '=', first]]),
  country: (await client.read('res.country', [page[0].country_id[0]], ['name']))[0].name,
  made: { ...made, written },
  gone: await client.read('res.partner', [id], ['name']),
  hidden: await asked('email'),
  unknown: await asked('emaik'),
  models: {
    hidden: await refusal(client.search('product.template', [])),
    unknown: await refusal(client.search('no.model', [])),
    system: await refusal(client.search('res.users', [])),
    method: await refusal(client.execute('sale.order', 'action_confirm', [[40]])),
  },
  fields: await client.fieldsGet('res.partner', ['string', 'type']),
  orders: await client.searchRead('sale.order', [], { fields: ['name', 'state'] }),
});
