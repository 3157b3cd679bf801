// node scripts/launch.mjs <demo|test|cli|bench|corpus> [arguments…]: what the npm scripts call.
import { start } from './start.mjs';

process.exitCode = await start(process.argv[2] ?? '', process.argv.slice(3));
