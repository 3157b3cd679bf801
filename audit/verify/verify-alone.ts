import { runVerify, VERIFY_USAGE } from './verify-command.ts';

/** The verifier as one file, see scripts/compile-verifier.ts. */
const isWatched = process.stderr.isTTY === true;
const output = {
  out: (text: string) => process.stdout.write(`${text}\n`),
  err: (text: string) => process.stderr.write(`${text}\n`),
  ...(isWatched ? { show: (line: string) => process.stderr.write(`\r\x1b[K${line}`) } : {}),
};
// Beside an archive's own content it verifies that.
const beside = import.meta.dirname;
const words = process.argv.slice(2);
if (words.includes('--help'))
  output.out(`usage: node verify.mjs ${VERIFY_USAGE}\nexit code: 0 verified, 1 wrong, 2 wrong usage, 3 unreadable`);
else process.exitCode = await runVerify(words, output, beside);
