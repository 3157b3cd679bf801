#!/usr/bin/env node
import { start } from './start.mjs';

process.exitCode = await start('cli', process.argv.slice(2));
