import { promisify } from 'node:util';
import Odoo from 'odoo-xmlrpc';
import { DATABASE, GATEWAY_URL, KEY, LOGIN, refusal, report } from './script-report.mjs';

const odoo = new Odoo({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: KEY });
const stranger = new Odoo({ url: GATEWAY_URL, db: DATABASE, username: LOGIN, password: 'guessed' });
const connect = (client) => promisify(client.connect.bind(client))();
const call = promisify(odoo.execute_kw.bind(odoo));
/** As its manual does: the positional arguments, and named ones behind them. */
const execute = (model, method, args, named) => call(model, method, named === undefined ? [args] : [args, named]);

const uid = await connect(odoo);
const companies = await execute('res.partner', 'search', [[['is_company', '=', true]]]);
const page = await execute('res.partner', 'search_read', [[['is_company', '=', true]]], {
  fields: ['name', 'country_id'],
  limit: 2,
  order: 'id',
});
const first = page[0].id;
const id = await execute('res.partner', 'create', [{ name: 'By odoo-xmlrpc', category_id: [[6, 0, [1]]] }]);
const written = await execute('res.partner', 'write', [[id], { phone: '+32 2' }]);
const [made] = await execute('res.partner', 'read', [[id], ['name', 'phone', 'category_id']]);
await execute('res.partner', 'unlink', [[id]]);

const asked = async (field) => ({
  read: await refusal(execute('res.partner', 'read', [[first], [field]])),
  domain: await refusal(execute('res.partner', 'search', [[[field, '=', 'x']]])),
  order: await refusal(execute('res.partner', 'search_read', [[], ['name'], 0, 5, field])),
  write: await refusal(execute('res.partner', 'write', [[first], { [field]: 'x' }])),
});

report({
  uid,
  wrongKey: await refusal(connect(stranger)),
  mayRead: await execute('res.partner', 'check_access_rights', ['read', false]).catch(
    (error) => `${error.faultCode} ${error.message}`,
  ),
  companies,
  count: await execute('res.partner', 'search_count', [[['is_company', '=', true]]]),
  second: await execute('res.partner', 'search', [[['is_company', '=', true]], 1, 1, 'id']),
  page,
  whole: (await execute('res.partner', 'read', [[first]]))[0],
  country: (await execute('res.country', 'read', [[page[0].country_id[0]], ['name']]))[0].name,
  made: { ...made, written },
  gone: await execute('res.partner', 'read', [[id], ['name']]),
  hidden: await asked('email'),
  unknown: await asked('emaik'),
  models: {
    hidden: await refusal(execute('product.template', 'search', [[]])),
    unknown: await refusal(execute('no.model', 'search', [[]])),
    system: await refusal(execute('res.users', 'search', [[]])),
    method: await refusal(execute('sale.order', 'action_confirm', [[40]])),
  },
  fields: await execute('res.partner', 'fields_get', [], { attributes: ['string', 'type'] }),
  orders: await execute('sale.order', 'search_read', [[]], { fields: ['name', 'state'] }),
});
