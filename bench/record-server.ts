import { createServer } from 'node:http';
import { benchRecord } from './catalog.ts';

/** The upstream where nginx is not installed: `node bench/record-server.ts <port>` answers every request with the record. */
const record = benchRecord();
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(record) };

createServer((_request, response) => response.writeHead(200, headers).end(record)).listen(
  Number(process.argv[2]),
  '127.0.0.1',
);
