import { describeClients } from './client-scripts.fixture.ts';

// A client that speaks JSON-2 alone reaches an Odoo that does not know it, and each its like.
describeClients({ version: 18, protocol: 'jsonrpc' });
describeClients({ version: 17, protocol: 'jsonrpc' });
describeClients({ version: 16, protocol: 'jsonrpc' });
