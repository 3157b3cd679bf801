import { describeClients } from './client-scripts.fixture.ts';

// Old clients reach an Odoo that speaks JSON-2 alone, and each its like.
describeClients({ version: 19, protocol: 'json2' });
describeClients({ version: 19, protocol: 'jsonrpc' });
