#!/usr/bin/env node
// Verifies a ledger of Portcullis, an export of one, or a proof, offline: node verify.mjs --help
// Needs Node 20.15 or newer and nothing else. Apache-2.0. Put together from audit/verify/ by scripts/compile-verifier.ts.

// audit/record/canonical-json.ts
function canonicalJson(value) {
  if (typeof value === "string") return jsonText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, held]) => held !== void 0);
  members.sort(([one], [other]) => one < other ? -1 : 1);
  return `{${members.map(([name, held]) => `${jsonText(name)}:${canonicalJson(held)}`).join(",")}}`;
}
function jsonText(text) {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}

// audit/export/manifest.ts
var MANIFEST_FILE = "manifest.json";
var SIGNATURE_FILE = "manifest.note";
var ENTRIES_FILE = "entries.jsonl";
var HASHES_FILE = "proof.bin";
var CHECKPOINT_FILE = "checkpoint";
var KEYS_FILE = "keys.txt";
function signedManifestText(sha2562) {
  return `portcullis export manifest v1
sha256 ${sha2562}
`;
}

// audit/tlog/signed-note.ts
import { createHash, sign, verify } from "node:crypto";

// audit/tlog/merkle-hash.ts
import { hash } from "node:crypto";
var HASH_BYTES = 32;
var EMPTY_ROOT = hash("sha256", "", "buffer");
var LEAF = 0;
var NODE = 1;
var node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
var leaf = Buffer.alloc(1 << 12, LEAF);
function leafHash(entry) {
  if (entry.length >= leaf.length) leaf = Buffer.alloc(2 * entry.length, LEAF);
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, entry.length + 1));
}
function nodeHash(left, right) {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError("a node is made of two hashes");
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}
function sha256(bytes) {
  return Buffer.from(hash("sha256", bytes, "binary"), "binary");
}

// audit/tlog/base64.ts
function strictBase64(text) {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : void 0;
}
function parseHash(text) {
  const hash3 = strictBase64(text);
  if (hash3?.length !== HASH_BYTES) throw new Error("a hash is 32 bytes in base64");
  return hash3;
}
function parseDecimal(text) {
  const value = Number(text);
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value))
    throw new Error("a number is decimal, without leading zeroes");
  return value;
}

// audit/tlog/ed25519-key.ts
import { createPrivateKey, createPublicKey } from "node:crypto";
var KEY_BYTES = 32;
var PRIVATE_FRAME = Buffer.from("302e020100300506032b657004220420", "hex");
var PUBLIC_FRAME = Buffer.from("302a300506032b6570032100", "hex");
function publicKeyOf(raw) {
  if (raw.length !== KEY_BYTES) throw new Error("an Ed25519 public key has 32 bytes");
  return createPublicKey({ key: Buffer.concat([PUBLIC_FRAME, raw]), format: "der", type: "spki" });
}
function rawPublicKey(key) {
  const half = key.type === "private" ? createPublicKey(key) : key;
  return half.export({ format: "der", type: "spki" }).subarray(PUBLIC_FRAME.length);
}

// audit/tlog/signed-note.ts
var ED25519 = 1;
var COSIGNATURE = 4;
var ID_BYTES = 4;
var KEY_NAME = /^[^\s\x85+]+$/u;
var MOST_NOTE_BYTES = 1 << 20;
var MOST_SIGNATURES = 100;
function noteKey(name, type, raw) {
  if (!KEY_NAME.test(name)) throw new Error("the name of a key has no spaces and no +");
  const publicKey = publicKeyOf(raw);
  const id = createHash("sha256").update(`${name}
`).update(Buffer.of(type)).update(raw).digest().subarray(0, ID_BYTES);
  return { name, id, type, publicKey };
}
function formatVerifierKey({ name, id, type, publicKey }) {
  return `${name}+${id.toString("hex")}+${Buffer.concat([Buffer.of(type), rawPublicKey(publicKey)]).toString("base64")}`;
}
function parseVerifierKey(text) {
  const [, name = "", id = "", encoded = ""] = /^([^\s\x85+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text.trim()) ?? [];
  if (name === "") throw new Error("a verifier key reads name+id+key, see C2SP signed-note");
  const bytes = strictBase64(encoded) ?? Buffer.alloc(0);
  const type = bytes[0];
  if (type !== ED25519 && type !== COSIGNATURE) throw new Error(`the verifier key of ${name} is of an unknown type`);
  const key = noteKey(name, type, bytes.subarray(1));
  if (key.id.toString("hex") !== id) throw new Error(`the verifier key of ${name} does not match its id`);
  return key;
}
function parseNote(bytes) {
  if (Buffer.byteLength(bytes) > MOST_NOTE_BYTES) throw new Error("the note is too long");
  if (/[\x00-\x09\x0b-\x1f]/.test(bytes)) throw new Error("a note holds no control characters");
  const cut = bytes.lastIndexOf("\n\n");
  if (cut < 0 || !bytes.endsWith("\n")) throw new Error("the note has no signatures");
  const lines = bytes.slice(cut + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Error("the note has too many signatures");
  return { text: bytes.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}
function parseSignature(line) {
  const [, name = "", encoded = ""] = /^\u2014 ([^\s\x85+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = strictBase64(encoded);
  if (bytes === void 0 || bytes.length <= ID_BYTES) throw new Error("a signature line of the note is malformed");
  return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}
function isBy(signature, key) {
  return signature.name === key.name && signature.id.equals(key.id);
}
function isSignedBy(note, keys) {
  let found = false;
  for (const signature of note.signatures) {
    const key = keys.find((candidate) => candidate.type === ED25519 && isBy(signature, candidate));
    if (key === void 0) continue;
    if (!verify(null, Buffer.from(note.text), key.publicKey, signature.signature)) return false;
    found = true;
  }
  return found;
}

// audit/tlog/policy.ts
var CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
var MOST_LINES = 1e4;
var NONE = "none";
function parsePolicy(file) {
  const lines = file.toString("latin1").split("\n");
  if (lines.length > MOST_LINES) throw new Error("the policy is too long");
  const reading = new PolicyReading();
  for (const [at, line] of lines.entries()) {
    const words2 = line.split(/[ \t]+/).filter((word) => word !== "");
    const fault = CONTROL.test(line) ? "it has a control character" : void 0;
    try {
      if (fault !== void 0) throw new Error(fault);
      if (words2.length > 0 && words2[0]?.startsWith("#") === false) reading.line(words2);
    } catch (error) {
      throw new Error(`line ${at + 1} of the policy: ${error instanceof Error ? error.message : "unreadable"}`);
    }
  }
  return reading.policy();
}
var PolicyReading = class {
  #logs = [];
  #witnesses = [];
  #rules = /* @__PURE__ */ new Map();
  #members = /* @__PURE__ */ new Set();
  #quorum;
  line([kind, ...rest]) {
    if (kind === "log") this.#log(rest);
    else if (kind === "witness") this.#witness(rest);
    else if (kind === "group") this.#group(rest);
    else if (kind === "quorum") this.#setQuorum(rest);
    else throw new Error("it begins with none of log, witness, group and quorum");
  }
  policy() {
    const quorum = this.#quorum;
    if (quorum === void 0) throw new Error("the policy has no quorum line (`quorum none` asks for no witness)");
    return { logs: this.#logs, witnesses: this.#witnesses, isQuorum: quorum };
  }
  #log(words2) {
    const [key, url] = words2;
    if (key === void 0 || words2.length > 2) throw new Error("it reads: log <vkey> [<url>]");
    this.#logs.push(policyKey(key, url, ED25519, this.#logs));
  }
  #witness(words2) {
    const [name, key, url] = words2;
    if (name === void 0 || key === void 0 || words2.length > 3)
      throw new Error("it reads: witness <name> <vkey> [<url>]");
    this.#define(name, (cosigned) => cosigned.has(name));
    this.#witnesses.push({ name, ...policyKey(key, url, COSIGNATURE, this.#witnesses) });
  }
  #group(words2) {
    const [name, threshold, ...members] = words2;
    if (name === void 0 || threshold === void 0 || members.length === 0)
      throw new Error("it reads: group <name> all|any|<k> <name>…");
    const rules = members.map((member) => this.#member(member));
    const least = leastOf(threshold, members.length);
    this.#define(name, (cosigned) => rules.filter((rule) => rule(cosigned)).length >= least);
  }
  #setQuorum(words2) {
    const [name] = words2;
    if (name === void 0 || words2.length > 1) throw new Error("it reads: quorum <name>");
    if (this.#quorum !== void 0) throw new Error("there is already a quorum");
    this.#quorum = name === NONE ? () => true : this.#defined(name);
  }
  #define(name, rule) {
    if (name === NONE || this.#rules.has(name)) throw new Error(`the name ${name} is taken`);
    this.#rules.set(name, rule);
  }
  #defined(name) {
    const rule = this.#rules.get(name);
    if (rule === void 0) throw new Error(`${name} is not defined on a line before`);
    return rule;
  }
  /** A name is a member of one group at most, so that a witness counts in one way only. */
  #member(name) {
    const rule = this.#defined(name);
    if (this.#members.has(name)) throw new Error(`${name} is already a member of a group`);
    this.#members.add(name);
    return rule;
  }
};
function leastOf(threshold, members) {
  if (threshold === "all") return members;
  if (threshold === "any") return 1;
  const least = /^[1-9]\d{0,8}$/.test(threshold) ? Number(threshold) : 0;
  if (least < 1 || least > members) throw new Error(`a group of ${members} takes all, any or 1 to ${members}`);
  return least;
}
function policyKey(text, url, type, known2) {
  const key = parseVerifierKey(Buffer.from(text, "latin1").toString());
  if (key.type !== type) throw new Error(`the key of ${key.name} is of type ${key.type}, not ${type}`);
  if (known2.some((other) => other.key.publicKey.equals(key.publicKey)))
    throw new Error(`the key of ${key.name} is listed twice`);
  return url === void 0 ? { key } : { key, url };
}

// audit/verify/archive-files.ts
import { closeSync as closeSync2, openSync as openSync2, readdirSync as readdirSync2, statSync as statSync2 } from "node:fs";

// audit/verify/ledger-files.ts
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
var BLOCK_BYTES = 1 << 20;
function ledgerFiles(folder) {
  const at = (path) => `${folder}/${path}`;
  return {
    place: folder,
    read: (path, most) => readBounded(at(path), most),
    list(path) {
      try {
        return readdirSync(at(path));
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    lines: (path, most) => linesOf(at(path), most)
  };
}
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
function beginsLikeZip(path) {
  const fd = openSync(path, "r");
  try {
    return readAt(fd, 2, 0).toString("latin1") === "PK";
  } finally {
    closeSync(fd);
  }
}
function readBounded(path, most) {
  const fd = openExisting(path);
  if (fd === void 0) return void 0;
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new Error(`${path} is not a file`);
    if (status.size > most) throw new Error(`${path} is larger than it can be (${status.size} bytes)`);
    return readAt(fd, status.size, 0);
  } finally {
    closeSync(fd);
  }
}
function readAt(fd, count, position) {
  const bytes = Buffer.allocUnsafe(count);
  let filled = 0;
  while (filled < count) {
    const read2 = readSync(fd, bytes, filled, count - filled, position + filled);
    if (read2 === 0) break;
    filled += read2;
  }
  return bytes.subarray(0, filled);
}
function* linesOf(path, most) {
  const fd = openExisting(path);
  if (fd === void 0) return;
  try {
    const { size } = fstatSync(fd);
    let rest = Buffer.alloc(0);
    for (let position = 0; position < size; ) {
      const block = readAt(fd, Math.min(BLOCK_BYTES, size - position), position);
      if (block.length === 0) break;
      position += block.length;
      rest = Buffer.concat([rest, block]);
      let start = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
        yield rest.toString("utf8", start, end);
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (rest.length > most) throw new Error(`${path} has a line of more than ${most} bytes`);
    }
  } finally {
    closeSync(fd);
  }
}
function openExisting(path) {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (isMissing(error)) return void 0;
    throw error;
  }
}
function isMissing(error) {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

// audit/tlog/checkpoint.ts
function parseCheckpoint(text) {
  const lines = text.split("\n");
  const [origin = "", size = "", root = ""] = lines;
  if (lines.length < 4 || lines.indexOf("") !== lines.length - 1)
    throw new Error("the text is no checkpoint: its lines are origin, tree size and root hash");
  try {
    return { origin, size: parseDecimal(size), root: parseHash(root) };
  } catch (error) {
    throw new Error("the text is no checkpoint: its tree size or root hash is malformed", { cause: error });
  }
}

// audit/verify/signed-head.ts
var UnreadableError = class extends Error {
};
var MOST_NOTE_BYTES2 = 1 << 20;
function signedHead(text, what) {
  try {
    const note = parseNote(text);
    const checkpoint = parseCheckpoint(note.text);
    return { ...checkpoint, note, what: `${what} (size ${checkpoint.size})` };
  } catch (error) {
    throw new Error(`${what} cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}
function utf8(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

// audit/verify/archive-files.ts
var FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
var MOST_FILES = 1e3;
var PIECE_BYTES = 1 << 18;
async function wholeFile(files, name, most) {
  const size = files.sizes.get(name);
  if (size === void 0) return void 0;
  if (size > most) throw new UnreadableError(`${name} is larger than it can be`);
  const pieces = [];
  for await (const piece of files.chunks(name)) pieces.push(piece);
  return Buffer.concat(pieces);
}
function unpackedFiles(folder) {
  const sizes = /* @__PURE__ */ new Map();
  for (const name of readdirSync2(folder)) {
    const status = statSync2(`${folder}/${name}`);
    if (!status.isFile() || !FILE_NAME.test(name) || sizes.size >= MOST_FILES)
      throw new UnreadableError(`${folder} holds more than an export`);
    sizes.set(name, status.size);
  }
  return { place: folder, sizes, chunks: (name) => fileChunks(`${folder}/${name}`) };
}
async function* fileChunks(path) {
  const fd = openSync2(path, "r");
  try {
    let position = 0;
    for (let piece = readAt(fd, PIECE_BYTES, 0); piece.length > 0; piece = readAt(fd, PIECE_BYTES, position)) {
      position += piece.length;
      yield piece;
    }
  } finally {
    closeSync2(fd);
  }
}
async function* lineGroups(files, name, mostPerLine) {
  let rest = Buffer.alloc(0);
  for await (const piece of files.chunks(name)) {
    const cut = piece.lastIndexOf(10);
    if (cut < 0) {
      rest = Buffer.concat([rest, piece]);
    } else {
      const whole = Buffer.concat([rest, piece.subarray(0, cut)]);
      rest = Buffer.from(piece.subarray(cut + 1));
      yield whole.toString().split("\n");
    }
    if (rest.length > mostPerLine) throw new UnreadableError(`${name} has a line that is too long`);
  }
  if (rest.length > 0) throw new UnreadableError(`the last line of ${name} is not whole`);
}

// audit/verify/report-text.ts
var MOST_SHOWN = 12;
function reportText(report) {
  const lines = [
    `${report.verdict === "verified" ? "VERIFIED" : "WRONG"}  ${report.path}`,
    ...subject(report),
    `checkpoint  ${number(report.size)} entries of ${report.origin}, root ${report.root}`,
    ...trust(report),
    ...findingsText(report.findings, report.counts)
  ];
  if (report.verdict === "verified") lines.push("checked", ...report.checked.map((line) => `  - ${line}`));
  lines.push("this cannot know", ...report.unknown.map((line) => `  - ${line}`));
  return lines.join("\n");
}
function subject({ ledger, export: taken, proof, seconds, verdict }) {
  if (proof !== void 0)
    return [
      `proof       entry ${proof.index} ${verdict === "verified" ? "is" : "is not shown to be"} in the log`,
      `  ${proof.entry}`
    ];
  if (taken !== void 0) {
    return [
      `export      ${number(taken.rows)} rows, ${number(taken.entries)} proven entries, created ${taken.created} by ${taken.software}`,
      `question    ${taken.question}`,
      `files       ${taken.files.join(", ")}`
    ];
  }
  if (ledger === void 0) return [];
  const from = ledger.minimum === 0 ? "" : ` from ${number(ledger.minimum)} on (older ones were pruned)`;
  const times = ledger.from === void 0 ? "" : `, ${ledger.from} to ${ledger.to}`;
  const { checked, signatureOnly } = ledger.checkpoints;
  const lines = [
    `entries     ${number(ledger.entries)}${from}${times}; ${number(ledger.perSecond)} a second, ${seconds.toFixed(1)} s`,
    `history     ${number(checked)} checkpoints agree or are told below${signatureOnly === 0 ? "" : `, of ${number(signatureOnly)} only the signature can be checked`}`
  ];
  const { count, lost, list } = ledger.gaps;
  lines.push(
    count === 0 ? "gaps        none on record" : `gaps        ${number(count)} on record, ${number(lost)} entries known to be lost`
  );
  for (const gap of list.slice(0, MOST_SHOWN))
    lines.push(
      `  - entry ${gap.index}, ${gap.time}: ${gap.cause}${gap.lost === void 0 ? "" : `, ${number(gap.lost)} lost`}`
    );
  if (ledger.unsigned !== void 0 && ledger.unsigned > 0)
    lines.push(`journal     ${number(ledger.unsigned)} entries behind the checkpoint are not signed yet`);
  return lines;
}
function trust({ trust: { keys, chain, witnesses } }) {
  const lines = [
    `keys        ${keys === "given" ? "given by you" : "found beside the log, NOT given by you"}${chain.length > 1 ? `, ${chain.length - 1} rotation${chain.length > 2 ? "s" : ""}` : ""}`,
    ...chain.map((key) => `  - ${key}`)
  ];
  for (const { name, size, time } of witnesses)
    lines.push(`witness     ${name} saw ${number(size)} entries at ${time}`);
  return lines;
}
function findingsText(findings, counts) {
  const shown2 = findings.slice(0, MOST_SHOWN);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = shown2.map(({ severity, message: message2, file, index, code }) => {
    const place = [...file === void 0 ? [] : [file], ...index === void 0 ? [] : [`entry ${index}`]].join(
      ", "
    );
    return `${severity.padEnd(11)} ${message2}${place === "" ? "" : ` [${place}]`} (${code})`;
  });
  if (all > shown2.length) lines.push(`            and ${number(all - shown2.length)} more, see --json`);
  return lines;
}
function number(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

// audit/verify/verify-arguments.ts
var ArgumentError = class extends Error {
};
function verifyArguments(words2) {
  const given = /* @__PURE__ */ new Map();
  const paths = [];
  let json = false;
  for (let at = 0; at < words2.length; at++) {
    const word = words2[at] ?? "";
    const [option = "", inline] = word.startsWith("--") ? splitOnce(word) : [];
    if (option === "") {
      if (word.startsWith("-")) throw new ArgumentError(`There is no option "${word}".`);
      paths.push(word);
    } else if (option === "--json" && inline === void 0) json = true;
    else if (VALUED.has(option)) {
      const value = inline ?? words2[++at];
      if (value === void 0 || value === "") throw new ArgumentError(`${option} takes a value.`);
      given.set(option, [...given.get(option) ?? [], value]);
    } else throw new ArgumentError(`There is no option "${option}".`);
  }
  if (paths.length > 1) throw new ArgumentError("One path is verified at a time.");
  return {
    path: paths[0],
    json,
    keys: given.get("--key") ?? [],
    checkpoints: given.get("--checkpoint") ?? [],
    ...single("policy", given),
    ...single("entry", given)
  };
}
var VALUED = /* @__PURE__ */ new Set(["--key", "--policy", "--checkpoint", "--entry"]);
function splitOnce(word) {
  const cut = word.indexOf("=");
  return cut < 0 ? [word, void 0] : [word.slice(0, cut), word.slice(cut + 1)];
}
function single(name, given) {
  const [value, ...more] = given.get(`--${name}`) ?? [];
  if (more.length > 0) throw new ArgumentError(`--${name} is given once.`);
  return value === void 0 ? {} : { [name]: value };
}

// audit/verify/verify-export.ts
import { createHash as createHash4 } from "node:crypto";

// audit/record/definition-id.ts
import { hash as hash2 } from "node:crypto";
var BYTES = 16;
function definitionId(canonical) {
  return hash2("sha256", canonical, "buffer").toString("base64url", 0, BYTES);
}

// audit/record/entry-reader.ts
var MOST_DEFINITIONS = 32768;
var MOST_BYTES = 64 * 1024 * 1024;
var MOST_PARTS = 4096;
var EntryReader = class {
  #places = /* @__PURE__ */ new Map();
  #lists = /* @__PURE__ */ new Map();
  /** The list of which some parts are still to come. */
  #partial = void 0;
  #bytes = 0;
  /** Undefined for a `define` entry. Throws an Error that names the index where it is no entry, or defines too much. */
  read(index, bytes) {
    const entry = parseEntry(index, bytes);
    if (entry.type === "define") {
      this.#define(index, entry, bytes.length);
      return void 0;
    }
    if (entry.type === "epoch") this.#forget();
    if (!isAccess(entry)) return { index, entry, missing: [] };
    const missing = [];
    const place = this.#places.get(entry.place);
    if (place === void 0) missing.push(entry.place);
    const lists = {
      verdicts: this.#listOf(entry.verdicts, missing),
      returned: this.#listOf(entry.returned, missing),
      masked: this.#listOf(entry.masked, missing),
      refused: this.#listOf(entry.refused, missing),
      written: this.#listOf(entry.written, missing),
      ignored: this.#listOf(entry.ignored, missing),
      notes: this.#listOf(entry.notes, missing)
    };
    return place === void 0 ? { index, entry, lists, missing } : { index, entry, place, lists, missing };
  }
  #listOf(list, missing) {
    if (typeof list !== "string") return list ?? [];
    const found = this.#lists.get(list);
    if (found === void 0) missing.push(list);
    return found ?? [];
  }
  #define(index, entry, size) {
    this.#bytes += size;
    if (this.#places.size + this.#lists.size >= MOST_DEFINITIONS || this.#bytes > MOST_BYTES) {
      throw new Error(`entry ${index} defines more than an epoch may hold`);
    }
    const { id, place, list } = entry;
    if (place !== void 0 && definitionId(canonicalJson(place)) === id) this.#places.set(id, place);
    if (list !== void 0) this.#defineList(entry, list);
  }
  #defineList({ id, part: [which, of] = [1, 1] }, list) {
    if (which === 1) this.#partial = { id, parts: [], of: Math.min(of, MOST_PARTS) };
    const partial2 = this.#partial;
    if (partial2?.id !== id || partial2.parts.length !== which - 1) return;
    partial2.parts.push([...list]);
    if (partial2.parts.length < partial2.of) return;
    this.#partial = void 0;
    const whole = partial2.parts.flat();
    if (definitionId(canonicalJson(whole)) === id) this.#lists.set(id, whole);
  }
  #forget() {
    this.#places.clear();
    this.#lists.clear();
    this.#partial = void 0;
    this.#bytes = 0;
  }
};
function isAccess(entry) {
  return entry.type === "access" || entry.type === "access-begin";
}
function parseEntry(index, bytes) {
  try {
    const entry = JSON.parse(bytes.toString("utf8"));
    if (typeof entry === "object" && entry !== null && "type" in entry) return entry;
  } catch {
  }
  throw new Error(`entry ${index} is no entry of a ledger`);
}

// audit/export/export-row.ts
var ENTRY_COLUMNS = ["index", "time", "type"];
var PLACE_COLUMNS = [
  "consumer",
  "grant",
  "grantDigest",
  "approvers",
  "purpose",
  "interface",
  "version",
  "digest",
  "operation",
  "method",
  "template",
  "upstream",
  "environment",
  "snapshot"
];
var LIST_COLUMNS = [
  "verdicts",
  "returned",
  "masked",
  "refused",
  "written",
  "ignored",
  "notes"
];
var OWN_TEXTS = [
  "client",
  "exchange",
  "trace",
  "subject",
  "decision",
  "code",
  "reason"
];
var OWN_NUMBERS = [
  "records",
  "status",
  "bytes",
  "ms",
  "upstreamMs",
  "upstreamStatus"
];
var COLUMNS = [
  ...ENTRY_COLUMNS,
  ...PLACE_COLUMNS,
  ...OWN_TEXTS,
  ...LIST_COLUMNS,
  ...OWN_NUMBERS,
  "handles",
  "details"
];
function exportRow(resolved) {
  const { index, entry, place, lists } = resolved;
  if (!isAccess(entry) || lists === void 0) {
    return { index, time: entry.time, type: entry.type, details: canonicalJson(entry) };
  }
  const { place: _, ...own } = entry;
  return { ...own, ...place, ...own.client === void 0 ? {} : { client: own.client }, ...lists, index };
}

// audit/export/csv-line.ts
var END = "\r\n";
var FORMULA = /^[=+\-@\t\r]/;
var SPECIAL = /^[=+\-@\t\r]|[",\r\n]/;
var QUOTED = /[",\r\n]/;
var EMPTY = ",".repeat(COLUMNS.length - 4);
var CSV_HEADER = `${COLUMNS.join(",")}${END}`;
function csvLine({ index, entry, place, lists }) {
  const start = `${index},${csvText(entry.time)},${csvText(entry.type)}`;
  if (!isAccess(entry) || lists === void 0) return `${start}${EMPTY},${csvText(canonicalJson(entry))}${END}`;
  let line = start + placeText(place);
  for (const name of OWN_TEXTS) line += `,${csvText(entry[name] ?? (name === "client" ? place?.client ?? "" : ""))}`;
  for (const name of LIST_COLUMNS) line += listText(lists[name]);
  for (const name of OWN_NUMBERS) line += `,${entry[name] ?? ""}`;
  return `${line},${csvText((entry.handles ?? []).join(";"))},${END}`;
}
var known = /* @__PURE__ */ new WeakMap();
function placeText(place) {
  if (place === void 0) return ",".repeat(PLACE_COLUMNS.length);
  const text = known.get(place);
  if (text !== void 0) return text;
  const columns = PLACE_COLUMNS.map((name) => place[name] ?? "");
  const made = columns.map((value) => `,${csvText(typeof value === "string" ? value : value.join(";"))}`).join("");
  known.set(place, made);
  return made;
}
function listText(list) {
  if (list.length === 0) return ",";
  const text = known.get(list);
  if (text !== void 0) return text;
  const made = `,${csvText(list.join(";"))}`;
  known.set(list, made);
  return made;
}
function csvText(value) {
  const text = typeof value === "string" ? value : String(value);
  if (!SPECIAL.test(text)) return text;
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

// audit/export/ocsf-line.ts
var API_ACTIVITY = 6003;
var APPLICATION_ACTIVITY = 6;
var INFORMATIONAL = 1;
var OTHER = 99;
var SCHEMA = "1.5.0";
var ACTIVITIES = { POST: 1, GET: 2, HEAD: 2, PUT: 3, PATCH: 3, DELETE: 4 };
var NAMES = { 1: "Create", 2: "Read", 3: "Update", 4: "Delete" };
var STATUS = { allowed: 1, refused: 2, failed: 2 };
function ocsfLine(row) {
  return `${canonicalJson(row.details === void 0 ? exchangeEvent(row) : otherEvent(row))}
`;
}
function exchangeEvent(row) {
  const activity = ACTIVITIES[row.method ?? ""] ?? OTHER;
  const { decision, code, reason, status, ms } = row;
  return {
    ...classified(row, activity, NAMES[activity] ?? row.method ?? row.type),
    status_id: STATUS[decision ?? ""] ?? 0,
    ...status === void 0 ? {} : { status_code: String(status) },
    ...reason === void 0 ? {} : { status_detail: reason },
    ...ms === void 0 ? {} : { duration: Math.round(ms) },
    actor: {
      app_name: row.consumer ?? "unknown",
      ...row.client === void 0 ? {} : { app_uid: row.client },
      ...row.subject === void 0 ? {} : { user: { uid: row.subject } },
      authorizations: [
        {
          decision: decision ?? "unknown",
          ...row.grant === void 0 ? {} : {
            policy: {
              name: row.grant,
              type: "grant",
              is_applied: true,
              ...row.grantDigest === void 0 ? {} : { uid: row.grantDigest }
            }
          }
        }
      ]
    },
    api: {
      operation: row.operation ?? row.type,
      ...row.version === void 0 ? {} : { version: row.version },
      ...row.interface === void 0 ? {} : { service: { name: row.interface } },
      request: { uid: row.exchange ?? "" },
      response: { ...status === void 0 ? {} : { code: status }, ...code === void 0 ? {} : { error: code } }
    },
    src_endpoint: { svc_name: row.consumer ?? "unknown" },
    ...row.upstream === void 0 ? {} : { dst_endpoint: { svc_name: row.upstream } },
    ...row.method === void 0 ? {} : {
      http_request: {
        http_method: row.method,
        ...row.template === void 0 ? {} : { url: { path: row.template } }
      }
    },
    ...status === void 0 ? {} : { http_response: { code: status, length: row.bytes } },
    ...row.handles === void 0 ? {} : { resources: row.handles.map((uid) => ({ uid, type: "record" })) },
    unmapped: unmapped(row)
  };
}
function otherEvent(row) {
  return {
    ...classified(row, OTHER, row.type),
    actor: { app_name: "Portcullis" },
    api: { operation: row.type },
    src_endpoint: { svc_name: "Portcullis" },
    unmapped: { entry: row.details }
  };
}
function classified(row, activity, name) {
  return {
    activity_id: activity,
    activity_name: name,
    category_uid: APPLICATION_ACTIVITY,
    class_uid: API_ACTIVITY,
    type_uid: API_ACTIVITY * 100 + activity,
    severity_id: INFORMATIONAL,
    time: Date.parse(row.time),
    metadata: {
      version: SCHEMA,
      product: { name: "Portcullis", vendor_name: "Portcullis" },
      log_name: "ledger",
      sequence: row.index,
      original_time: row.time,
      ...row.trace === void 0 ? {} : { correlation_uid: row.trace }
    }
  };
}
function unmapped(row) {
  const {
    type,
    decision,
    code,
    purpose,
    approvers,
    environment,
    snapshot,
    digest,
    records,
    upstreamMs,
    upstreamStatus
  } = row;
  const { verdicts, returned, masked, refused, written, ignored, notes } = row;
  const names = { verdicts, returned, masked, refused, written, ignored, notes };
  const listed = Object.fromEntries(Object.entries(names).filter(([, list]) => (list?.length ?? 0) > 0));
  const others = {
    type,
    decision,
    code,
    purpose,
    approvers,
    environment,
    snapshot,
    digest,
    records,
    upstreamMs,
    upstreamStatus
  };
  return { ...listed, ...others };
}

// audit/export/row-files.ts
var ROW_FILES = [
  { name: "rows.csv", header: CSV_HEADER, line: csvLine },
  { name: "rows.jsonl", header: "", line: (row) => `${canonicalJson(exportRow(row))}
` },
  { name: "rows.ocsf.jsonl", header: "", line: (row) => ocsfLine(exportRow(row)) }
];
var PARQUET_FILE = "rows.parquet";

// audit/tlog/compact-range.ts
var CompactRange = class {
  /** Roots by level: `#roots[k]` covers 2^k entries where bit k of the size is set. */
  #roots = [];
  #onNode;
  #size = 0;
  /** `onNode` is told level (1 and up), index within the level, and hash of every inner node that becomes complete. */
  constructor(onNode) {
    this.#onNode = onNode;
  }
  /** Entries under it. */
  get size() {
    return this.#size;
  }
  /** Appends one entry by its leaf hash, or a perfect subtree of 2^level entries whose place must be a multiple of that. */
  append(hash3, level = 0) {
    const span = 2 ** level;
    if (this.#size % span !== 0) throw new RangeError(`no subtree of level ${level} begins at ${this.#size}`);
    let carried = hash3;
    let at = level;
    let index = this.#size / span;
    while (index % 2 === 1) {
      carried = nodeHash(this.#roots[at], carried);
      this.#roots[at] = void 0;
      at++;
      index = (index - 1) / 2;
      this.#onNode?.(at, index, carried);
    }
    this.#roots[at] = carried;
    this.#size += span;
  }
  /** Merkle Tree Hash of all appended entries (RFC 6962 §2.1). */
  root() {
    let root;
    for (const hash3 of this.#roots) {
      if (hash3 !== void 0) root = root === void 0 ? hash3 : nodeHash(hash3, root);
    }
    return root ?? EMPTY_ROOT;
  }
};
function* subtreesBetween(from, to) {
  let at = from;
  while (at < to) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}

// audit/tlog/entry-bundle.ts
var MOST_ENTRY_BYTES = 65535;
function entriesOf(bundle) {
  const entries = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    const end = start > bundle.length ? Number.POSITIVE_INFINITY : start + bundle.readUInt16BE(at);
    if (end > bundle.length) throw new Error(`entry ${entries.length} of a bundle is not whole`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}

// audit/verify/definitions.ts
import { createHash as createHash2 } from "node:crypto";
var ID_BYTES2 = 16;
var MOST_OPEN = 1e3;
var Definitions = class {
  #known = /* @__PURE__ */ new Set();
  #open = /* @__PURE__ */ new Map();
  /** A new epoch: what was defined before counts no more. */
  begin() {
    this.#known = /* @__PURE__ */ new Set();
    this.#open = /* @__PURE__ */ new Map();
  }
  has(id) {
    return this.#known.has(id);
  }
  /** Takes a `define` entry; says what is wrong with it. */
  add(entry) {
    const { id, list, place, part } = entry;
    if (typeof id !== "string") return "it defines no id";
    if (!Array.isArray(list) && (typeof place !== "object" || place === null)) return "it defines nothing";
    if (Array.isArray(list) && part !== void 0) return this.#addPart(id, list, part);
    if (idOf(createHash2("sha256").update(canonicalJson(list ?? place))) !== id)
      return `its id ${id} is not that of its content`;
    this.#known.add(id);
    return void 0;
  }
  #addPart(id, list, part) {
    const [which, of] = Array.isArray(part) ? part : [];
    if (typeof which !== "number" || typeof of !== "number" || which < 1 || which > of) return "its part is malformed";
    if (which === 1 && this.#open.size < MOST_OPEN)
      this.#open.set(id, { hash: createHash2("sha256").update("["), of, part: 0 });
    const open = this.#open.get(id);
    if (open?.of !== of || open.part !== which - 1) return `part ${which} of ${id} does not follow the one before`;
    const inner = canonicalJson(list).slice(1, -1);
    open.hash.update(which === 1 || inner === "" ? inner : `,${inner}`);
    open.part = which;
    if (which < of) return void 0;
    this.#open.delete(id);
    if (idOf(open.hash.update("]")) !== id) return `its id ${id} is not that of its content`;
    this.#known.add(id);
    return void 0;
  }
};
function idOf(hash3) {
  return hash3.digest().subarray(0, ID_BYTES2).toString("base64url");
}

// audit/verify/parse-canonical.ts
function parseCanonical(text) {
  try {
    const value = JSON.parse(text);
    if (JSON.stringify(value) === text && isSorted(value) && !text.includes("\\ud")) return value;
    return canonicalJson(value) === text ? value : void 0;
  } catch {
    return void 0;
  }
}
function isSorted(value) {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object" && !isSorted(item)) return false;
    return true;
  }
  let last2 = "";
  for (const name in value) {
    if (name < last2) return false;
    last2 = name;
    const member = value[name];
    if (typeof member === "object" && !isSorted(member)) return false;
  }
  return true;
}

// audit/verify/quick-entry.ts
var WANTED = [
  "type",
  "time",
  "place",
  "verdicts",
  "returned",
  "masked",
  "refused",
  "written",
  "ignored",
  "notes"
];
var BY_SHAPE = shapes();
var MOST_LENGTH = 16;
var TYPES = ["access", "access-begin"];
var QUOTE = 34;
var COMMA = 44;
var POINT = 46;
var ZERO = 48;
var NINE = 57;
var COLON = 58;
var PLAIN = new Uint8Array(256).fill(1, 32, 127);
PLAIN[QUOTE] = 0;
PLAIN[92] = 0;
var MOST_DIGITS = 15;
var MOST_DECIMALS = 6;
function quickEntry(bytes) {
  const entry = {};
  let nameStart = 0;
  let nameEnd = 0;
  let at = 0;
  if (bytes[at] !== 123) return void 0;
  do {
    if (bytes[at + 1] !== QUOTE) return void 0;
    const start = at + 2;
    at = plainEnd(bytes, start);
    if (bytes[at] !== QUOTE || bytes[at + 1] !== COLON) return void 0;
    if (!isAscending(bytes, nameStart, nameEnd, start, at)) return void 0;
    nameStart = start;
    nameEnd = at;
    const value = at + 2;
    at = valueEnd(bytes, value);
    if (at === 0) return void 0;
    const name = bytes[value] === QUOTE ? wantedName(bytes, nameStart, nameEnd) : void 0;
    if (name !== void 0) entry[name] = textOf(name, bytes, value + 1, at - 1);
  } while (bytes[at] === COMMA);
  if (bytes[at] !== 125 || at + 1 !== bytes.length) return void 0;
  return entry.type === TYPES[0] || entry.type === TYPES[1] ? entry : void 0;
}
function shapes() {
  const table = [];
  for (const name of WANTED) table[name.length * 256 + name.charCodeAt(2)] = name;
  return table;
}
function wantedName(bytes, start, end) {
  const length = end - start;
  const name = length < MOST_LENGTH ? BY_SHAPE[length * 256 + (bytes[start + 2] ?? 0)] : void 0;
  return name !== void 0 && isText(name, bytes, start, end) ? name : void 0;
}
var last = {};
function textOf(name, bytes, start, end) {
  const known2 = last[name];
  if (known2 !== void 0 && isText(known2, bytes, start, end)) return known2;
  const text = bytes.toString("latin1", start, end);
  last[name] = text;
  return text;
}
function isText(text, bytes, start, end) {
  if (text.length !== end - start) return false;
  for (let at = text.length - 1; at >= 0; at--) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
function plainEnd(bytes, from) {
  let at = from;
  while (PLAIN[bytes[at] ?? 0] === 1) at++;
  return at;
}
function valueEnd(bytes, start) {
  const first = bytes[start] ?? 0;
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first >= ZERO && first <= NINE) return numberEnd(bytes, start);
  return first === 91 ? listEnd(bytes, start) : 0;
}
function stringEnd(bytes, start) {
  if (bytes[start] !== QUOTE) return 0;
  const end = plainEnd(bytes, start + 1);
  return bytes[end] === QUOTE ? end + 1 : 0;
}
function listEnd(bytes, start) {
  if (bytes[start + 1] === 93) return start + 2;
  let at = start;
  do {
    at = stringEnd(bytes, at + 1);
    if (at === 0) return 0;
  } while (bytes[at] === COMMA);
  return bytes[at] === 93 ? at + 1 : 0;
}
function numberEnd(bytes, start) {
  let at = digitsEnd(bytes, start);
  if (at - start > 1 && bytes[start] === ZERO) return 0;
  if (bytes[at] === POINT) {
    const decimals = at + 1;
    at = digitsEnd(bytes, decimals);
    if (at === decimals || at - decimals > MOST_DECIMALS || bytes[at - 1] === ZERO) return 0;
  }
  return at - start > MOST_DIGITS ? 0 : at;
}
function digitsEnd(bytes, from) {
  let at = from;
  while ((bytes[at] ?? 0) >= ZERO && (bytes[at] ?? 0) <= NINE) at++;
  return at;
}
function isAscending(bytes, a, aEnd, b, bEnd) {
  for (let i = a, j = b; i < aEnd && j < bEnd; i++, j++) {
    const difference = (bytes[j] ?? 0) - (bytes[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return bEnd - b > aEnd - a || aEnd === 0;
}

// audit/verify/entry-check.ts
var LISTS = ["verdicts", "returned", "masked", "refused", "written", "ignored", "notes"];
var TOLERANCE_MS = 15 * 6e4;
var TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
var MOST_GAPS = 1e3;
var MOST_TYPES = 100;
var EntryCheck = class {
  #findings;
  #definitions = new Definitions();
  #byType = /* @__PURE__ */ new Map();
  gaps = [];
  gapCount = 0;
  lost = 0;
  epochs = 0;
  /** Largest minimum that a `prune` entry announced. */
  announcedMinimum = 0;
  firstTime;
  lastTime;
  /** Called for each rotation of the log's key. */
  onRotation = () => void 0;
  constructor(findings) {
    this.#findings = findings;
  }
  counts() {
    return Object.fromEntries([...this.#byType].sort());
  }
  /** Checks one entry. */
  check(index, bytes) {
    const entry = quickEntry(bytes) ?? parseEntry2(bytes);
    if (entry !== void 0) this.#checkRead(index, entry);
    else
      this.#findings.wrong("entry-not-canonical", `entry ${index} is not JSON in its canonical form (RFC 8785)`, {
        index
      });
  }
  #checkRead(index, entry) {
    const { type } = entry;
    const name = typeof type === "string" ? type : "unnamed";
    const count = this.#byType.get(name);
    if (count !== void 0 || this.#byType.size < MOST_TYPES) this.#byType.set(name, (count ?? 0) + 1);
    if (this.epochs === 0 && type !== "epoch") {
      if (!this.#findings.has("epoch-missing"))
        this.#findings.warn(
          "epoch-missing",
          `entry ${index} stands before any epoch: what it names may be defined nowhere`,
          { index }
        );
    }
    if (type === "define") {
      const fault = this.#definitions.add(entry);
      if (fault !== void 0) this.#findings.wrong("define-wrong", `entry ${index}: ${fault}`, { index });
      return;
    }
    this.#checkTime(index, entry.time);
    if (type === "access" || type === "access-begin") this.#checkNames(index, entry);
    else this.#checkRare(index, name, entry);
  }
  #checkRare(index, type, entry) {
    if (type === "epoch") {
      this.epochs++;
      this.#definitions.begin();
    } else if (type === "gap") this.#gap(index, entry);
    else if (type === "prune" && typeof entry.minimum === "number")
      this.announcedMinimum = Math.max(this.announcedMinimum, entry.minimum);
    else if (type === "key-rotation" && entry.of === "log")
      this.onRotation({ index, from: String(entry.from ?? ""), to: String(entry.to ?? "") });
    else if (!KNOWN.has(type) && this.#byType.get(type) === 1)
      this.#findings.warn(
        "type-unknown",
        `entry ${index} is of a type that this verifier does not know: ${type.slice(0, 40)}`,
        { index }
      );
  }
  #checkNames(index, entry) {
    if (this.epochs === 0) return;
    const { place } = entry;
    if (typeof place !== "string" || !this.#definitions.has(place)) this.#undefined(index, "place", place);
    for (const list of LISTS) {
      const named2 = entry[list];
      if (typeof named2 === "string" && !this.#definitions.has(named2)) this.#undefined(index, list, named2);
    }
  }
  #undefined(index, member, id) {
    const named2 = typeof id === "string" ? id.slice(0, 40) : "nothing";
    this.#findings.wrong(
      "id-undefined",
      `entry ${index} names ${named2} as its ${member}, which its epoch does not define`,
      { index }
    );
  }
  #checkTime(index, time) {
    if (typeof time !== "string" || !TIME.test(time)) {
      this.#findings.wrong("time-malformed", `entry ${index} has no time`, { index });
      return;
    }
    this.firstTime ??= time;
    if (this.lastTime === void 0 || time >= this.lastTime) this.lastTime = time;
    else if (Date.parse(this.lastTime) - Date.parse(time) > TOLERANCE_MS)
      this.#findings.warn("time-order", `entry ${index} is of ${time}, though one before it is of ${this.lastTime}`, {
        index
      });
  }
  #gap(index, entry) {
    const { time, cause, lost } = entry;
    this.gapCount++;
    const known2 = typeof lost === "number" ? lost : void 0;
    this.lost += known2 ?? 0;
    if (this.gaps.length < MOST_GAPS)
      this.gaps.push({
        index,
        time: String(time),
        cause: String(cause),
        ...known2 === void 0 ? {} : { lost: known2 }
      });
  }
};
function parseEntry2(bytes) {
  const text = bytes.toString();
  const isText2 = !text.includes("�") || Buffer.from(text).equals(bytes);
  const entry = isText2 ? parseCanonical(text) : void 0;
  return typeof entry === "object" && entry !== null && !Array.isArray(entry) ? entry : void 0;
}
var KNOWN = /* @__PURE__ */ new Set([
  "epoch",
  "define",
  "access",
  "access-begin",
  "gap",
  "change",
  "approval",
  "export",
  "audit-read",
  "key-rotation",
  "erasure",
  "hold",
  "prune"
]);

// audit/verify/export-entries.ts
var MOST_LINE = 2 * MOST_ENTRY_BYTES;
var LINE = /^\{"index":(0|[1-9]\d{0,15}),("support":true,)?"entry":/;
var EntryWalk = class {
  #files;
  #findings;
  #reader = new EntryReader();
  #range = new CompactRange();
  #pieces;
  #hashes = Buffer.alloc(0);
  entries = 0;
  rows = 0;
  constructor(files, findings) {
    this.#files = files;
    this.#findings = findings;
  }
  /** Walks up to a tree of `size` entries and hands each row on, as its entry makes it. Returns the root; undefined where it cannot be told. */
  async run(size, onRow) {
    this.#pieces = this.#files.chunks(HASHES_FILE)[Symbol.asyncIterator]();
    for await (const lines of lineGroups(this.#files, ENTRIES_FILE, MOST_LINE)) {
      for (const line of lines) {
        const read2 = parseLine(line);
        if (read2 === void 0 || read2.index < this.#range.size || read2.index >= size) {
          this.#findings.wrong("entries-malformed", "a line is no entry, or not in the order of the log", {
            file: ENTRIES_FILE,
            index: this.#range.size
          });
          return void 0;
        }
        if (read2.index > this.#range.size && !await this.#gap(read2.index)) return void 0;
        this.#take(read2, onRow);
      }
    }
    if (this.#range.size < size && !await this.#gap(size)) return void 0;
    if (await this.#nextHash() === void 0 && this.#hashes.length === 0) return this.#range.root();
    this.#findings.wrong("proof-malformed", "there are more hashes than gaps", { file: HASHES_FILE });
    return void 0;
  }
  #take({ index, entry, isSupport }, onRow) {
    const bytes = Buffer.from(entry);
    this.#range.append(leafHash(bytes));
    this.entries++;
    if (parseEntry2(bytes) === void 0) {
      this.#findings.wrong("entry-not-canonical", `entry ${index} is not JSON in its canonical form (RFC 8785)`, {
        index
      });
      return;
    }
    const resolved = this.#reader.read(index, bytes);
    if (resolved !== void 0 && resolved.missing.length > 0)
      this.#findings.wrong(
        "id-undefined",
        `entry ${index} names ${resolved.missing[0]}, which the export does not define`,
        { index }
      );
    if (isSupport) return;
    if (resolved === void 0)
      this.#findings.wrong("row-unfit", `entry ${index} is a definition, which is no row`, { index });
    else {
      this.rows++;
      onRow(resolved);
    }
  }
  async #gap(to) {
    for (const { level } of subtreesBetween(this.#range.size, to)) {
      const hash3 = await this.#nextHash();
      if (hash3 === void 0) {
        this.#findings.wrong("proof-malformed", `the hashes end before entry ${to}`, {
          file: HASHES_FILE,
          index: this.#range.size
        });
        return false;
      }
      this.#range.append(hash3, level);
    }
    return true;
  }
  async #nextHash() {
    while (this.#hashes.length < HASH_BYTES) {
      const next = await this.#pieces?.next();
      if (next === void 0 || next.done === true) return void 0;
      this.#hashes = Buffer.concat([this.#hashes, next.value]);
    }
    const hash3 = this.#hashes.subarray(0, HASH_BYTES);
    this.#hashes = this.#hashes.subarray(HASH_BYTES);
    return hash3;
  }
};
function parseLine(line) {
  const [start, digits, support] = LINE.exec(line) ?? [];
  const index = Number(digits);
  if (start === void 0 || !line.endsWith("}") || !Number.isSafeInteger(index)) return void 0;
  return { index, entry: line.slice(start.length, -1), isSupport: support !== void 0 };
}

// audit/verify/finding.ts
var MOST_OF_A_KIND = 20;
var Findings = class {
  #list = [];
  #counts = /* @__PURE__ */ new Map();
  #wrong = 0;
  add(finding) {
    if (finding.severity === "wrong") this.#wrong++;
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= MOST_OF_A_KIND) this.#list.push(finding);
  }
  wrong(code, message2, place = {}) {
    this.add({ severity: "wrong", code, message: message2, ...place });
  }
  warn(code, message2, place = {}) {
    this.add({ severity: "warning", code, message: message2, ...place });
  }
  note(code, message2, place = {}) {
    this.add({ severity: "note", code, message: message2, ...place });
  }
  has(code) {
    return this.#counts.has(code);
  }
  get isWrong() {
    return this.#wrong > 0;
  }
  /** What was found, the wrong first, each kind in the order it was found. */
  list() {
    const order = ["wrong", "warning", "note"];
    return this.#list.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  }
  /** How many of each code, those that are not listed included. */
  counts() {
    return Object.fromEntries(this.#counts);
  }
};

// audit/verify/parse-manifest.ts
function parseManifest(text) {
  const value = text.endsWith("\n") ? parseCanonical(text.slice(0, -1)) : void 0;
  if (typeof value !== "object" || value === null) return void 0;
  const { format, origin, question, created, software, checkpoint, rows, entries, files } = value;
  const isRight = format === 1 && [origin, question, created, software, checkpoint?.root].every((member) => typeof member === "string") && [rows, entries, checkpoint?.size].every(isCount) && Array.isArray(files) && files.every(isFile2) && new Set(files.map(({ name }) => name)).size === files.length;
  return isRight ? value : void 0;
}
function isFile2(value) {
  if (typeof value !== "object" || value === null) return false;
  const { name, bytes, sha256: sha2562 } = value;
  return typeof name === "string" && FILE_NAME.test(name) && isCount(bytes) && /^[0-9a-f]{64}$/.test(String(sha2562));
}
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

// audit/verify/row-check.ts
import { createHash as createHash3 } from "node:crypto";
var RowCheck = class {
  #derived;
  constructor(files) {
    const present = ROW_FILES.filter(({ name }) => files.sizes.has(name));
    this.#derived = present.map((form) => ({ form, hash: createHash3("sha256"), waiting: form.header }));
  }
  add(row) {
    for (const file of this.#derived) {
      file.waiting += file.form.line(row);
      if (file.waiting.length < PIECE_BYTES) continue;
      file.hash.update(file.waiting);
      file.waiting = "";
    }
  }
  /** SHA-256 (hexadecimal) that each file must have. */
  digests() {
    return new Map(this.#derived.map(({ form, hash: hash3, waiting }) => [form.name, hash3.update(waiting).digest("hex")]));
  }
};

// audit/tlog/cosignature.ts
import { sign as sign2, verify as verify2 } from "node:crypto";
var TIME_BYTES = 8;
var SIGNATURE_BYTES = 64;
function cosignatures(note, keys) {
  const by = [];
  const wrong = [];
  for (const signature of note.signatures) {
    const key = keys.find((candidate) => candidate.type === COSIGNATURE && isBy(signature, candidate));
    if (key === void 0) continue;
    const seconds = cosignedAt(note, signature, key);
    if (seconds === void 0) wrong.push(key);
    else by.push({ key, seconds });
  }
  return { by, wrong };
}
function cosignedAt(note, { signature }, key) {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return void 0;
  const seconds = Number(signature.readBigUInt64BE());
  if (seconds === 0 || !Number.isSafeInteger(seconds)) return void 0;
  const isRight = verify2(null, message(note.text, seconds), key.publicKey, signature.subarray(TIME_BYTES));
  return isRight ? seconds : void 0;
}
function message(text, seconds) {
  return Buffer.from(`cosignature/v1
time ${seconds}
${text}`);
}

// audit/verify/trust.ts
function trustedKeys({ keys, policy }) {
  return [...keys, ...policy?.logs.map(({ key }) => key) ?? []];
}
function judgeTrust(input, chain, heads, findings) {
  const trusted = trustedKeys(input);
  if (trusted.length > 0 && !chain.some((key) => trusted.some((other) => isSame(key, other))))
    findings.wrong("key-untrusted", "the log is signed by none of the keys that were given");
  for (const { note, what } of input.kept) {
    if (![...chain, ...trusted].some((key) => isSignedBy(note, [key])))
      findings.wrong("checkpoint-unsigned", `${what} is signed by no key of the log`);
  }
  return {
    keys: trusted.length > 0 ? "given" : "found",
    chain: chain.map(formatVerifierKey),
    witnesses: input.policy === void 0 ? [] : judgeWitnesses(input.policy, heads, findings)
  };
}
function judgeWitnesses(policy, heads, findings) {
  const keys = policy.witnesses.map(({ key }) => key);
  const latest = /* @__PURE__ */ new Map();
  let hasQuorum = policy.isQuorum(/* @__PURE__ */ new Set());
  for (const head of heads) {
    const { by, wrong } = cosignatures(head.note, keys);
    for (const key of wrong)
      findings.wrong("cosignature-wrong", `the cosignature of ${key.name} under ${head.what} is wrong`);
    const names = /* @__PURE__ */ new Set();
    for (const { key, seconds } of by) {
      const name = policy.witnesses.find((witness) => witness.key === key)?.name ?? key.name;
      names.add(name);
      const known2 = latest.get(key);
      if (known2 === void 0 || known2.size < head.size)
        latest.set(key, { name, size: head.size, time: new Date(seconds * 1e3).toISOString() });
    }
    hasQuorum ||= policy.isQuorum(names);
  }
  if (!hasQuorum)
    findings.wrong("quorum-missed", "no checkpoint is cosigned by as many witnesses as the policy asks for");
  return [...latest.values()];
}
function isSame(a, b) {
  return a.name === b.name && a.id.equals(b.id) && a.publicKey.equals(b.publicKey);
}

// audit/verify/verify-export.ts
var MOST_MANIFEST_BYTES = 1 << 20;
var OUTSIDE = /* @__PURE__ */ new Set([MANIFEST_FILE, SIGNATURE_FILE]);
async function verifyExport(files, input, progress) {
  const began = performance.now();
  const findings = new Findings();
  const manifestBytes = await needed(files, MANIFEST_FILE, MOST_MANIFEST_BYTES);
  const manifest = parseManifest(utf8(manifestBytes));
  if (manifest === void 0) throw new UnreadableError(`${MANIFEST_FILE} is not the manifest of an export`);
  const head = signedHead(utf8(await needed(files, CHECKPOINT_FILE, MOST_NOTE_BYTES2)), "the checkpoint of the export");
  const isSame2 = head.origin === manifest.origin && head.size === manifest.checkpoint.size;
  if (!isSame2 || head.root.toString("base64") !== manifest.checkpoint.root)
    findings.wrong("checkpoint-foreign", "the checkpoint is not the one that the manifest names", {
      file: CHECKPOINT_FILE
    });
  const signers = await checkSigners(files, input, head, manifestBytes, findings);
  const rows = new RowCheck(files);
  const walk = new EntryWalk(files, findings);
  const root = await walk.run(head.size, (row) => {
    rows.add(row);
    if (walk.rows % 2e4 === 0) progress(walk.rows, manifest.rows);
  });
  if (root?.equals(head.root) === false)
    findings.wrong(
      "root-wrong",
      "the entries and hashes do not come to the root of the checkpoint: some were changed, added or taken away",
      {
        file: ENTRIES_FILE
      }
    );
  if (root !== void 0 && (walk.rows !== manifest.rows || walk.entries !== manifest.entries))
    findings.wrong(
      "count-wrong",
      `there are ${walk.rows} rows and ${walk.entries} entries, the manifest says ${manifest.rows} and ${manifest.entries}`
    );
  await checkFiles(files, manifest, rows, findings);
  compareKept(input, head, findings);
  const trust2 = judgeTrust(input, signers, [head], findings);
  return {
    verdict: findings.isWrong ? "wrong" : "verified",
    kind: "export",
    path: files.place,
    origin: head.origin,
    size: head.size,
    root: head.root.toString("base64"),
    trust: trust2,
    findings: findings.list(),
    counts: findings.counts(),
    export: {
      question: manifest.question,
      created: manifest.created,
      software: manifest.software,
      rows: walk.rows,
      entries: walk.entries,
      files: [...files.sizes.keys()].sort()
    },
    checked: CHECKED,
    unknown: unknown(files, trust2.keys),
    seconds: (performance.now() - began) / 1e3
  };
}
async function needed(files, name, most) {
  const bytes = await wholeFile(files, name, most);
  if (bytes === void 0) throw new UnreadableError(`there is no ${name} in ${files.place}: it is no export`);
  return bytes;
}
async function checkSigners(files, input, head, manifest, findings) {
  const keys = [...trustedKeys(input), ...keysFound(utf8(await needed(files, KEYS_FILE, MOST_NOTE_BYTES2)), findings)];
  const own = keys.filter(({ name }) => name === head.origin);
  const signers = own.filter((key) => isSignedBy(head.note, [key]));
  if (signers.length === 0)
    findings.wrong("checkpoint-unsigned", "the checkpoint is signed by no known key of its log");
  const note = parsedNote(utf8(await needed(files, SIGNATURE_FILE, MOST_NOTE_BYTES2)));
  const digest = createHash4("sha256").update(manifest).digest("hex");
  const place = { file: SIGNATURE_FILE };
  if (note.text !== signedManifestText(digest))
    findings.wrong("manifest-changed", "the signature is of another manifest", place);
  else if (!isSignedBy(note, signers))
    findings.wrong("manifest-unsigned", "the manifest is not signed by the key of the checkpoint", place);
  return signers.slice(0, 1);
}
function parsedNote(text) {
  try {
    return parseNote(text);
  } catch {
    throw new UnreadableError(`${SIGNATURE_FILE} is no signature`);
  }
}
function keysFound(text, findings) {
  const keys = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    try {
      keys.push(parseVerifierKey(line));
    } catch (error) {
      findings.warn("keys-unreadable", error instanceof Error ? error.message : "a key cannot be read", {
        file: KEYS_FILE
      });
    }
  }
  return keys;
}
async function checkFiles(files, manifest, rows, findings) {
  const derived = rows.digests();
  const listed = new Set(manifest.files.map(({ name }) => name));
  for (const name of files.sizes.keys()) {
    if (!listed.has(name) && !OUTSIDE.has(name))
      findings.wrong("file-unlisted", "the file is not in the manifest", { file: name });
  }
  for (const name of [ENTRIES_FILE, HASHES_FILE, CHECKPOINT_FILE, KEYS_FILE]) {
    if (!listed.has(name)) findings.wrong("file-unlisted", "the manifest does not list the file", { file: name });
  }
  for (const { name, bytes, sha256: sha2562 } of manifest.files) {
    const size = files.sizes.get(name);
    if (size === void 0) {
      findings.wrong("file-missing", "the file is missing", { file: name });
      continue;
    }
    const hash3 = createHash4("sha256");
    for await (const piece of files.chunks(name)) hash3.update(piece);
    const digest = hash3.digest("hex");
    if (size !== bytes || digest !== sha2562)
      findings.wrong("file-changed", "the file is not what the manifest says", { file: name });
    const right = derived.get(name);
    if (right !== void 0 && right !== digest)
      findings.wrong("rows-wrong", "the rows are not what the proven entries say", { file: name });
  }
}
function compareKept({ kept }, head, findings) {
  for (const { origin, size, root, what } of kept) {
    if (origin !== head.origin)
      findings.wrong("origin-foreign", `${what} is of the log ${origin}, not of ${head.origin}`);
    else if (size !== head.size)
      findings.warn(
        "checkpoint-unchecked",
        `${what} is of another size: only the ledger itself can tell whether it agrees`
      );
    else if (!root.equals(head.root)) findings.wrong("checkpoint-inconsistent", `${what} stands for other entries`);
  }
}
var CHECKED = [
  "the manifest and the checkpoint are signed by the same key of the log",
  "every file is the one that the manifest lists",
  "every entry is in the log: with the hashes between them they come to the root of the checkpoint",
  "CSV and JSON rows are, byte for byte, what the proven entries say"
];
function unknown(files, keys) {
  const limits = ["whether the answer is complete: that needs the ledger, or its owner’s word"];
  if (keys === "found")
    limits.push("whose key it is: it came with the archive; get it from its owner and give it with --key");
  if (files.sizes.has(PARQUET_FILE))
    limits.push(`whether ${PARQUET_FILE} says the same as the entries: only its digest is checked`);
  return limits;
}

// audit/tlog/tile-path.ts
var TILE_WIDTH = 256;
var TILE_HEIGHT = 8;
function tilePath(level, index, width = TILE_WIDTH) {
  return `tile/${level}/${indexPath(index)}${partial(width)}`;
}
function bundlePath(index, width = TILE_WIDTH) {
  return `tile/entries/${indexPath(index)}${partial(width)}`;
}
function indexPath(index) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  return groups.map((group, at) => at === groups.length - 1 ? group : `x${group}`).join("/");
}
function partial(width) {
  return width === TILE_WIDTH ? "" : `.p/${width}`;
}

// audit/tlog/side-by-side.ts
function perfectRoot(hashes) {
  if (hashes.length === HASH_BYTES) return Buffer.from(hashes);
  const half = hashes.length / 2;
  return nodeHash(perfectRoot(hashes.subarray(0, half)), perfectRoot(hashes.subarray(half)));
}
function appendHashes(range, hashes, level) {
  for (let at = 0; at < hashes.length; at += HASH_BYTES) {
    range.append(Buffer.from(hashes.subarray(at, at + HASH_BYTES)), level);
  }
}

// audit/verify/partial-tiles.ts
var PartialTiles = class {
  #files;
  #findings;
  /** Names in the folder that was looked into last, by level. */
  #folders = /* @__PURE__ */ new Map();
  constructor(files, findings) {
    this.#files = files;
    this.#findings = findings;
  }
  /** Compares every partial tile at this place with the hashes that were derived for it. */
  compare(level, index, derived) {
    const path = tilePath(level, index);
    const cut = path.lastIndexOf("/");
    const folder = path.slice(0, cut);
    const known2 = this.#folders.get(level);
    const names = known2?.path === folder ? known2.names : new Set(this.#files.list(folder));
    if (known2?.path !== folder) this.#folders.set(level, { path: folder, names });
    if (!names.has(`${path.slice(cut + 1)}.p`)) return;
    for (const name of this.#files.list(`${path}.p`)) this.#compareOne(level, index, name, derived);
  }
  #compareOne(level, index, name, derived) {
    const width = Number(name);
    const file = `${tilePath(level, index)}.p/${name}`;
    const first = index * TILE_WIDTH ** (level + 1);
    if (!/^[1-9]\d{0,2}$/.test(name) || width >= TILE_WIDTH) {
      this.#findings.warn("file-unknown", "the file is no part of a ledger", { file });
      return;
    }
    const bytes = Math.min(derived.length, width * HASH_BYTES);
    const found = this.#files.read(file, TILE_WIDTH * HASH_BYTES);
    if (found === void 0) return;
    if (found.length === width * HASH_BYTES && found.subarray(0, bytes).equals(derived.subarray(0, bytes))) return;
    this.#findings.wrong("partial-tile-changed", "the partial tile does not hold the hashes of its entries", {
      file,
      index: first
    });
  }
};
function entriesText(index, end) {
  return end - index === 1 ? `entry ${index} is` : `entries ${index} to ${end - 1} are`;
}

// audit/verify/stored-tree.ts
var TILE_BYTES = TILE_WIDTH * HASH_BYTES;
var StoredTree = class {
  #files;
  #size;
  #isEdgeAuthentic;
  /** Last tile that was looked at, by level: they are asked for in order. */
  #known = /* @__PURE__ */ new Map();
  constructor(files, size, root) {
    this.#files = files;
    this.#size = size;
    this.#isEdgeAuthentic = this.#edgeRoot()?.equals(root) === true;
  }
  /** Nodes of a level of tiles, in a tree of this size. */
  nodes(level) {
    return Math.floor(this.#size / TILE_WIDTH ** level);
  }
  /** Hashes of a tile as far as the tree needs them; undefined where the file is missing or too short. */
  tile(level, index) {
    const width = Math.min(TILE_WIDTH, this.nodes(level) - index * TILE_WIDTH);
    if (width <= 0) return void 0;
    const bytes = width * HASH_BYTES;
    const paths = width < TILE_WIDTH ? [tilePath(level, index, width), tilePath(level, index)] : [tilePath(level, index)];
    for (const path of paths) {
      const found = this.#files.read(path, TILE_BYTES);
      if (found !== void 0)
        return found.length === bytes || path !== paths[0] ? found.subarray(0, bytes) : void 0;
    }
    return void 0;
  }
  /** True where `hashes` are those that the signed root stands for at this tile's place. */
  isAuthentic(level, index, hashes) {
    if (hashes.length < TILE_BYTES) return this.#isEdgeAuthentic && this.tile(level, index)?.equals(hashes) === true;
    const above = Math.floor(index / TILE_WIDTH);
    const tile = this.tile(level + 1, above);
    if (tile === void 0 || !this.#isTileAuthentic(level + 1, above, tile)) return false;
    const at = index % TILE_WIDTH * HASH_BYTES;
    return perfectRoot(hashes).equals(tile.subarray(at, at + HASH_BYTES));
  }
  #isTileAuthentic(level, index, hashes) {
    const known2 = this.#known.get(level);
    if (known2?.index === index) return known2.isAuthentic;
    const isAuthentic = this.isAuthentic(level, index, hashes);
    this.#known.set(level, { index, isAuthentic });
    return isAuthentic;
  }
  /** Root of the tree by its incomplete tiles, which are its right edge. */
  #edgeRoot() {
    const levels = [];
    for (let level = 0; this.nodes(level) > 0; level++) {
      const width = this.nodes(level) % TILE_WIDTH;
      const tile = width === 0 ? Buffer.alloc(0) : this.tile(level, Math.floor(this.nodes(level) / TILE_WIDTH));
      if (tile?.length !== width * HASH_BYTES) return void 0;
      levels.push(tile);
    }
    const range = new CompactRange();
    for (const [level, hashes] of [...levels.entries()].reverse()) appendHashes(range, hashes, level * TILE_HEIGHT);
    return range.root();
  }
};

// audit/verify/tree-check.ts
var TILE_BYTES2 = TILE_WIDTH * HASH_BYTES;
var MOST_UNCLEAR = 100;
var TreeCheck = class {
  #stored;
  #partial;
  #findings;
  #range;
  /** Hashes of the tile that is being derived, by level of tiles from 1 on. */
  #tiles = [];
  /** Entries up to here are told as changed, by a tile below. */
  #told = 0;
  /** False where the hashes of what stands before the start are missing: nothing can be derived then. */
  isBegun;
  /** Tiles that differ from what is derived, where nothing above tells which of them is true. */
  #unclear = [];
  /** `start` is a multiple of 256: what stands before it is taken from the tiles (it has been pruned). */
  constructor(files, size, root, start, findings) {
    this.#findings = findings;
    this.#stored = new StoredTree(files, size, root);
    this.#partial = new PartialTiles(files, findings);
    this.#range = new CompactRange((level, _index, hash3) => {
      if (level % TILE_HEIGHT === 0) this.#addNode(level / TILE_HEIGHT, hash3);
    });
    this.isBegun = this.#begin(start);
  }
  get size() {
    return this.#range.size;
  }
  root() {
    return this.#range.root();
  }
  /**
   * Compares the leaf hashes of a bundle (up to 256, side by side) with its tile. Returns the hashes to go on with: the
   * tile's where that is known to be the true one. Absent hashes (`undefined`) stand for entries that cannot be read.
   */
  compareLeaves(index, leaves) {
    const tile = this.#stored.tile(0, index);
    if (tile === void 0) this.#missing(0, index);
    if (leaves !== void 0) this.#partial.compare(0, index, leaves);
    if (tile === void 0 || leaves?.equals(tile) === true) return leaves;
    return this.#judge(0, index, leaves ?? Buffer.alloc(0), tile);
  }
  /** Appends one leaf hash. */
  append(hash3) {
    this.#range.append(hash3);
  }
  /** To be called when all entries of the tree are in it: compares the incomplete tiles, judges those left open. */
  end(isRootRight) {
    for (const [level, tile] of this.#tiles.entries()) {
      if (level > 0 && tile.width > 0)
        this.#compare(level, tile.index, tile.hashes.subarray(0, tile.width * HASH_BYTES));
    }
    for (const place of this.#unclear) {
      if (isRootRight) this.#findings.wrong("tile-changed", "the tile does not hold the hashes of its entries", place);
      else this.#findings.warn("tile-unclear", "entries and tile differ, and neither leads to the signed root", place);
    }
  }
  #begin(start) {
    let top = 1;
    while (TILE_WIDTH ** (top + 1) <= start) top++;
    for (let level = top; level >= 1; level--) {
      const nodes = Math.floor(start / TILE_WIDTH ** level);
      const index = Math.floor(nodes / TILE_WIDTH);
      const width = nodes % TILE_WIDTH;
      this.#tiles[level] = { hashes: Buffer.alloc(TILE_BYTES2), width, index };
      if (width === 0) continue;
      const tile = this.#stored.tile(level, index);
      if (tile === void 0) {
        this.#missing(level, index);
        return false;
      }
      const left = tile.subarray(0, width * HASH_BYTES);
      left.copy(this.#tiles[level].hashes);
      appendHashes(this.#range, left, level * TILE_HEIGHT);
    }
    return true;
  }
  #addNode(level, hash3) {
    const tile = this.#tiles[level] ?? { hashes: Buffer.alloc(TILE_BYTES2), width: 0, index: 0 };
    this.#tiles[level] = tile;
    hash3.copy(tile.hashes, tile.width * HASH_BYTES);
    tile.width++;
    if (tile.width < TILE_WIDTH) return;
    this.#compare(level, tile.index, tile.hashes);
    tile.width = 0;
    tile.index++;
  }
  #compare(level, index, derived) {
    this.#partial.compare(level, index, derived);
    const tile = this.#stored.tile(level, index);
    if (tile === void 0) this.#missing(level, index);
    else if (!tile.equals(derived)) this.#judge(level, index, derived, tile);
  }
  /** Derived hashes and tile differ: tells what was changed, and returns the hashes to go on with. */
  #judge(level, index, derived, tile) {
    const first = index * TILE_WIDTH ** (level + 1);
    if (this.#stored.isAuthentic(level, index, tile)) {
      this.#tellChanged(level, first, derived, tile);
      return tile;
    }
    const file = tilePath(level, index, tile.length / HASH_BYTES);
    if (this.#stored.isAuthentic(level, index, derived)) {
      const at = firstDifference(derived, tile);
      this.#findings.wrong("tile-changed", `the tile does not hold the hashes of its entries, from hash ${at} on`, {
        file,
        index: first + at * TILE_WIDTH ** level
      });
    } else if (this.#unclear.length < MOST_UNCLEAR) {
      this.#unclear.push({ file, index: first + firstDifference(derived, tile) * TILE_WIDTH ** level });
    }
    return derived.length === 0 ? tile : derived;
  }
  /** The tile is the true one: entries under each hash that differs were changed. */
  #tellChanged(level, first, derived, tile) {
    const span = TILE_WIDTH ** level;
    for (let at = 0; at < tile.length / HASH_BYTES; at++) {
      if (isEqualAt(derived, tile, at)) continue;
      let behind = at + 1;
      while (behind < tile.length / HASH_BYTES && !isEqualAt(derived, tile, behind)) behind++;
      const index = first + at * span;
      const end = first + behind * span;
      if (end > this.#told && derived.length > 0)
        this.#findings.wrong("entry-changed", `${entriesText(index, end)} not what the log signed`, { index, end });
      this.#told = Math.max(this.#told, end);
      at = behind;
    }
  }
  #missing(level, index) {
    this.#findings.wrong("tile-missing", "a hash tile is missing or too short", {
      file: tilePath(level, index),
      index: index * TILE_WIDTH ** (level + 1)
    });
  }
};
function isEqualAt(a, b, at) {
  const [start, end] = [at * HASH_BYTES, (at + 1) * HASH_BYTES];
  return a.length >= end && a.compare(b, start, end, start, end) === 0;
}
function firstDifference(a, b) {
  let at = 0;
  while (at < b.length / HASH_BYTES - 1 && isEqualAt(a, b, at)) at++;
  return at;
}

// audit/verify/derivation.ts
var MOST_BUNDLE_BYTES = TILE_WIDTH * (MOST_ENTRY_BYTES + 2);
var Derivation = class {
  #files;
  #size;
  #minimum;
  #heads;
  #check;
  #findings;
  #tree;
  #start;
  #root;
  #nextHead = 0;
  entries = 0;
  constructor(files, latest, minimum, heads, check, findings) {
    this.#files = files;
    this.#size = latest.size;
    this.#root = latest.root;
    this.#minimum = minimum;
    this.#heads = heads;
    this.#check = check;
    this.#findings = findings;
    this.#start = minimum - minimum % TILE_WIDTH;
    this.#tree = new TreeCheck(files, latest.size, latest.root, this.#start, findings);
  }
  /** Entries in the tree: fewer than the checkpoint has where it could not go on. */
  get reached() {
    return this.#tree.size;
  }
  root() {
    return this.#tree.root();
  }
  run(progress) {
    if (!this.#tree.isBegun) {
      this.#ended(this.#start);
      return;
    }
    this.#heads.skipBelow(this.#start);
    this.#atHead();
    let told = performance.now();
    for (let at = this.#start; at < this.#size; at += TILE_WIDTH) {
      if (!this.#bundle(at / TILE_WIDTH)) return;
      if (performance.now() - told < 200) continue;
      told = performance.now();
      progress(this.#tree.size - this.#start, this.#size - this.#start);
    }
    this.#tree.end(this.#tree.root().equals(this.#root));
  }
  /** False where it cannot go on: neither the entries nor their hashes are there. */
  #bundle(index) {
    const first = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, this.#size - first);
    const entries = this.#read(index, width);
    const leaves = entries && Buffer.concat(
      entries.map((entry) => leafHash(entry)),
      width * HASH_BYTES
    );
    const hashes = this.#tree.compareLeaves(index, leaves);
    if (hashes === void 0) {
      this.#ended(first);
      return false;
    }
    for (let at = 0; at < width; at++) {
      const entry = entries?.[at];
      if (entry !== void 0 && first + at >= this.#minimum) this.#check.check(first + at, entry);
      this.#tree.append(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
      if (first + at + 1 === this.#nextHead) this.#atHead();
    }
    this.entries += entries?.length ?? 0;
    return true;
  }
  #ended(index) {
    this.#findings.warn("verification-ended", `from entry ${index} on nothing could be checked`, { index });
  }
  #atHead() {
    this.#heads.at(this.#tree.size, this.#tree.root());
    this.#nextHead = this.#heads.nextSize;
  }
  /** The first of these files that is there. */
  #readFirst(paths) {
    for (const path of paths) {
      const bytes = this.#files.read(path, MOST_BUNDLE_BYTES);
      if (bytes !== void 0) return bytes;
    }
    return void 0;
  }
  /** Partial bundles that may be left of a longer one, the widest first: they tell where the log was cut. */
  #narrower(full) {
    const widths = this.#files.list(`${full}.p`).filter((name) => /^[1-9]\d{0,2}$/.test(name));
    return widths.sort((a, b) => Number(b) - Number(a)).map((width) => `${full}.p/${width}`);
  }
  /** Entries of a bundle, exactly as many as the tree has of it; undefined where they are not there. */
  #read(index, width) {
    const first = index * TILE_WIDTH;
    const [path, full] = [bundlePath(index, width), bundlePath(index)];
    const place = { file: path, index: first, end: first + width };
    const bytes = this.#readFirst([path, full]) ?? this.#readFirst(this.#narrower(full));
    if (bytes === void 0) {
      this.#findings.wrong("bundle-missing", `entries ${first} to ${first + width - 1} are missing`, place);
      return void 0;
    }
    const { entries, isTorn } = wholeEntries(bytes);
    if (entries.length >= width && !isTorn) return entries.slice(0, width);
    const at = first + Math.min(entries.length, width);
    this.#findings.wrong(
      "bundle-torn",
      `the bundle holds ${entries.length} of ${width} entries${isTorn ? " and a torn one" : ""}`,
      { ...place, index: at }
    );
    return Array.from({ length: width }, (_, entry) => entries[entry] ?? Buffer.alloc(0));
  }
};
function wholeEntries(bundle) {
  try {
    return { entries: entriesOf(bundle), isTorn: false };
  } catch {
    let end = 0;
    while (end + 2 <= bundle.length && end + 2 + bundle.readUInt16BE(end) <= bundle.length)
      end += 2 + bundle.readUInt16BE(end);
    return { entries: entriesOf(bundle.subarray(0, end)), isTorn: true };
  }
}

// audit/verify/head-checks.ts
var HeadChecks = class {
  #origin;
  #findings;
  #keys;
  #own;
  #loose;
  #next;
  /** What the log's own checkpoints, and those of others, tell of where entries were changed. */
  #ownSpan = { right: 0, wrongAt: void 0 };
  #looseSpan = { right: 0, wrongAt: void 0 };
  checked = 0;
  belowMinimum = 0;
  /** Those of `loose` that the tree agrees with. */
  agreed = [];
  /** `own` is the history and the latest checkpoint, in order of size. */
  constructor(origin, own, loose, keys, findings) {
    this.#origin = origin;
    this.#own = own;
    this.#loose = loose.toSorted((a, b) => a.size - b.size);
    this.#keys = keys;
    this.#findings = findings;
    this.#advance();
  }
  /** Size of the next checkpoint that waits for the tree to have it. */
  get nextSize() {
    return Math.min(this.#next?.size ?? Number.POSITIVE_INFINITY, this.#loose[0]?.size ?? Number.POSITIVE_INFINITY);
  }
  /** Where the entries must have been changed, as far as checkpoints tell: between the last right and the first wrong one. */
  get doubt() {
    const { right, wrongAt } = this.#ownSpan;
    return wrongAt === void 0 ? void 0 : { index: right, end: wrongAt };
  }
  /** Takes those whose tree is smaller than what is left of the log: only their signatures can be checked. */
  skipBelow(start) {
    while (this.#next !== void 0 && this.#next.size < start) {
      this.belowMinimum++;
      const { note, what } = this.#next;
      this.#isOurs(this.#next);
      if (!this.#keys.mayHaveSigned(note))
        this.#findings.wrong("checkpoint-unsigned", `${what} is signed by no known key of the log`);
      this.#advance();
    }
    while ((this.#loose[0]?.size ?? start) < start) {
      const head = this.#loose.shift();
      this.#findings.warn(
        "checkpoint-below-minimum",
        `${head.what} is from before what is left of the log: it cannot be compared`
      );
    }
  }
  /** Checks all checkpoints of this size against the root of the tree. */
  at(size, root) {
    while (this.#next?.size === size) {
      const head = this.#next;
      this.checked++;
      if (this.#isOurs(head)) {
        this.#keys.accept(head.note, size, head.what);
        this.#compare(head, root, this.#ownSpan);
      }
      this.#advance();
    }
    while (this.#loose[0]?.size === size) {
      const head = this.#loose.shift();
      if (this.#isOurs(head) && this.#compare(head, root, this.#looseSpan)) this.agreed.push(head);
    }
  }
  /** Tells of what is larger than the tree of `size` entries: some were taken away. It was derived up to `reached`. */
  end(reached, size) {
    for (; this.#next !== void 0; this.#advance()) this.#beyond(this.#next, reached, size);
    for (const head of this.#loose) this.#beyond(head, reached, size);
    this.#loose.length = 0;
  }
  #advance() {
    const next = this.#own.next();
    this.#next = next.done === true ? void 0 : next.value;
  }
  #isOurs({ origin, what }) {
    if (origin === this.#origin) return true;
    this.#findings.wrong("origin-foreign", `${what} is of the log ${origin}, not of ${this.#origin}`);
    return false;
  }
  #compare({ root: signed, what, size }, root, span) {
    if (signed.equals(root)) {
      if (span.wrongAt === void 0) span.right = size;
      return true;
    }
    span.wrongAt ??= size;
    const place = { index: span.right, end: span.wrongAt };
    const message2 = `${what} stands for other entries than those that are here`;
    this.#findings.wrong("checkpoint-inconsistent", message2, place);
    return false;
  }
  #beyond(head, reached, size) {
    if (!this.#isOurs(head)) return;
    if (head.size <= size) {
      this.#findings.warn("checkpoint-unchecked", `${head.what} could not be compared`, { index: reached });
      return;
    }
    const message2 = `${head.what} stands for more entries than the log has (${size}): some were taken away`;
    this.#findings.wrong("log-truncated", message2, { index: size, end: head.size });
  }
};

// audit/journal/batch.ts
import { crc32 } from "node:zlib";
var BATCH_MARK = Buffer.from("PJB1");
var MAGIC = BATCH_MARK.readUInt32BE();
var BATCH_HEADER_BYTES = 16;
var CRC_AT = 12;
var MOST_BATCH_BYTES = 1 << 28;
function batchBytes(bytes, at) {
  if (at + BATCH_HEADER_BYTES > bytes.length || bytes.readUInt32BE(at) !== MAGIC) return void 0;
  const length = bytes.readUInt32BE(at + 4);
  return length > MOST_BATCH_BYTES ? void 0 : BATCH_HEADER_BYTES + length;
}
function readBatch(bytes, at) {
  const length = batchBytes(bytes, at);
  if (length === void 0 || at + length > bytes.length) return void 0;
  const start = at + BATCH_HEADER_BYTES;
  const payload = bytes.subarray(start, at + length);
  const sum = crc32(payload, crc32(bytes.subarray(at, at + CRC_AT)));
  if (sum !== bytes.readUInt32BE(at + CRC_AT)) return void 0;
  return { payload, count: bytes.readUInt32BE(at + 8), end: at + length };
}

// audit/verify/journal-tail.ts
var FOLDER = "journal";
var MOST_SEGMENT_BYTES = 1 << 30;
function entriesInJournal(files, size) {
  const names = files.list(FOLDER).filter((name) => /^\d{20}$/.test(name));
  if (names.length === 0) return void 0;
  let behind = 0;
  for (const name of names) {
    const bytes = files.read(`${FOLDER}/${name}`, MOST_SEGMENT_BYTES);
    let index = Number(name);
    for (let batch = bytes && readBatch(bytes, 0); bytes && batch; batch = readBatch(bytes, batch.end)) {
      behind += Math.max(0, index + batch.count - Math.max(size, index));
      index += batch.count;
    }
  }
  return behind;
}

// audit/verify/key-chain.ts
var KeyChain = class {
  #candidates;
  #findings;
  #chain = [];
  #pending = [];
  /** `candidates` are keys that may be the log's, those that are trusted first. */
  constructor(candidates, findings) {
    this.#candidates = [...candidates];
    this.#findings = findings;
  }
  /** Keys that have signed, oldest first, each linked to the next by a rotation. */
  get chain() {
    return this.#chain;
  }
  /** True where one of all the keys that may be the log's has signed: all that can be told of what is pruned. */
  mayHaveSigned(note) {
    return this.#candidates.some((key) => isSignedBy(note, [key]));
  }
  /** Takes a rotation; one that is on record already, because its log was stopped before it was signed, is passed over. */
  rotate(rotation) {
    const [old, current] = this.#chain.slice(-2).map(formatVerifierKey);
    const done = current === rotation.to && old === rotation.from;
    const waits = this.#pending.some(({ from, to }) => from === rotation.from && to === rotation.to);
    if (!done && !waits) this.#pending.push(rotation);
  }
  /** Takes the next checkpoint, in order of size: checks who signed it. `what` names it in messages. */
  accept(note, size, what) {
    const current = this.#chain.at(-1) ?? this.#first(note);
    if (current === void 0) {
      this.#findings.wrong("checkpoint-unsigned", `${what} is signed by no known key of the log`);
      return;
    }
    const [rotation, ...later] = this.#pending.filter(({ index }) => index < size);
    const isSigned = isSignedBy(note, [current]);
    if (rotation === void 0) {
      if (!isSigned)
        this.#findings.wrong("checkpoint-unsigned", `${what} is not signed by the log's key ${named(current)}`);
      return;
    }
    if (later.length > 0)
      this.#findings.wrong(
        "rotation-unsigned",
        `no checkpoint was signed between the rotations at ${rotation.index} and ${later[0]?.index}`
      );
    this.#pending = this.#pending.filter(({ index }) => index >= size);
    this.#turn(note, current, rotation, what);
  }
  #turn(note, current, rotation, what) {
    const { index } = rotation;
    const to = keyOf(rotation.to);
    const fault = this.#turnFault(note, current, rotation, what);
    if (fault === void 0 && to !== void 0) this.#chain.push(to);
    else this.#findings.wrong("rotation-wrong", `the rotation of the log's key at entry ${index}: ${fault}`, { index });
  }
  #turnFault(note, current, { from, to }, what) {
    const old = keyOf(from);
    const next = keyOf(to);
    if (old === void 0 || next === void 0) return "it names no keys";
    if (!old.id.equals(current.id)) return `it gives way for ${named(old)}, but the log's key was ${named(current)}`;
    for (const [key, which] of [
      [current, "old"],
      [next, "new"]
    ]) {
      if (!isSignedBy(note, [key]))
        return `${what}, the first with it, is not signed by the ${which} key ${named(key)}`;
    }
    return void 0;
  }
  /** The key that signed the first checkpoint: a trusted one where there is one. */
  #first(note) {
    const [rotation] = this.#pending;
    const old = rotation === void 0 ? void 0 : keyOf(rotation.from);
    const known2 = [
      ...old === void 0 ? [] : this.#candidates.filter(({ id }) => id.equals(old.id)),
      ...this.#candidates
    ];
    const first = known2.find((key) => isSignedBy(note, [key]));
    if (first !== void 0) this.#chain.push(first);
    return first;
  }
};
function keyOf(text) {
  try {
    return parseVerifierKey(text);
  } catch {
    return void 0;
  }
}
function named({ name, id }) {
  return `${name}+${id.toString("hex")}`;
}

// audit/verify/ledger-heads.ts
var MOST_COSIGNED = 100;
function latestHead(files) {
  const bytes = files.read("checkpoint", MOST_NOTE_BYTES2);
  if (bytes === void 0) throw new UnreadableError(`there is no ledger in ${files.place}: it has no checkpoint`);
  try {
    return signedHead(utf8(bytes), "the checkpoint");
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : "the checkpoint cannot be read");
  }
}
function readMinimum(files, size) {
  const text = files.read("minimum", 64)?.toString().trim() ?? "0";
  const minimum = Number(text);
  if (!/^\d{1,16}$/.test(text) || minimum > size)
    throw new UnreadableError(`${files.place}/minimum holds no index within the log`);
  return minimum;
}
function foundKeys(files, findings) {
  const keys = [];
  for (const line of files.lines("keys.txt", 1e4)) {
    if (line.trim() === "" || keys.length >= 1e3) continue;
    try {
      keys.push(parseVerifierKey(line));
    } catch (error) {
      findings.warn("keys-unreadable", error instanceof Error ? error.message : "a key cannot be read", {
        file: "keys.txt"
      });
    }
  }
  return keys;
}
function* cosignedHeads(files, findings) {
  for (const name of files.list("cosigned").slice(0, MOST_COSIGNED)) {
    const file = `cosigned/${name}`;
    const bytes = files.read(file, MOST_NOTE_BYTES2);
    try {
      if (bytes !== void 0) yield signedHead(utf8(bytes), `the cosigned checkpoint ${file}`);
    } catch (error) {
      findings.warn("cosigned-unreadable", error instanceof Error ? error.message : file, { file });
    }
  }
}

// audit/verify/past-heads.ts
var HISTORY = "checkpoints.jsonl";
function* pastHeads(files, findings) {
  let line = 0;
  let size = 0;
  let time = "";
  for (const text of files.lines(HISTORY, 2 * MOST_NOTE_BYTES2)) {
    line++;
    const past = parseLine2(text);
    const what = `line ${line} of ${HISTORY}`;
    if (past === void 0) {
      findings.wrong("history-unreadable", `${what} is no checkpoint`, { file: HISTORY });
      continue;
    }
    let head;
    try {
      head = signedHead(past.note, `the checkpoint of ${past.time}, ${what}`);
    } catch (error) {
      findings.wrong("history-unreadable", error instanceof Error ? error.message : what, { file: HISTORY });
      continue;
    }
    if (past.time < time) findings.warn("history-times", `${what} is older than the one before it`, { file: HISTORY });
    time = past.time;
    if (head.size < size) {
      findings.wrong("history-wound-back", `${what}: the log signed ${head.size} entries after it had signed ${size}`, {
        index: head.size,
        file: HISTORY
      });
      continue;
    }
    size = head.size;
    yield head;
  }
}
function parseLine2(text) {
  try {
    const { time, note } = JSON.parse(text);
    return typeof time === "string" && typeof note === "string" ? { time, note } : void 0;
  } catch {
    return void 0;
  }
}

// audit/verify/verify-ledger.ts
function verifyLedger(files, input, progress) {
  const began = performance.now();
  const findings = new Findings();
  const past = begun(pastHeads(files, findings));
  const latest = latestHead(files);
  const minimum = readMinimum(files, latest.size);
  const found = foundKeys(files, findings);
  const keys = new KeyChain([...trustedKeys(input), ...found], findings);
  const loose = [...input.kept, ...cosignedHeads(files, findings)];
  const heads = new HeadChecks(latest.origin, withLatest(past, latest), loose, keys, findings);
  const entries = new EntryCheck(findings);
  entries.onRotation = (rotation) => keys.rotate(rotation);
  const derived = new Derivation(files, latest, minimum, heads, entries, findings);
  derived.run(progress);
  heads.end(derived.reached, latest.size);
  if (!derived.root().equals(latest.root)) tellRoot(findings, heads, latest);
  if (minimum > entries.announcedMinimum)
    findings.wrong(
      "prune-unannounced",
      `entries below ${minimum} are gone, but the log does not say that they were pruned`,
      { index: 0, end: minimum }
    );
  const trust2 = judgeTrust(input, keys.chain, [latest, ...heads.agreed], findings);
  const unsigned = entriesInJournal(files, latest.size);
  const seconds = (performance.now() - began) / 1e3;
  return {
    verdict: findings.isWrong ? "wrong" : "verified",
    kind: "ledger",
    path: files.place,
    origin: latest.origin,
    size: latest.size,
    root: latest.root.toString("base64"),
    trust: trust2,
    findings: findings.list(),
    counts: findings.counts(),
    ledger: {
      minimum,
      entries: derived.entries,
      types: entries.counts(),
      epochs: entries.epochs,
      ...entries.firstTime === void 0 ? {} : { from: entries.firstTime },
      ...entries.lastTime === void 0 ? {} : { to: entries.lastTime },
      checkpoints: { checked: heads.checked, signatureOnly: heads.belowMinimum },
      gaps: { count: entries.gapCount, lost: entries.lost, list: entries.gaps },
      ...unsigned === void 0 ? {} : { unsigned },
      perSecond: Math.round(derived.entries / Math.max(seconds, 1e-3))
    },
    checked: CHECKED2,
    unknown: unknown2(minimum, trust2.keys, input),
    seconds
  };
}
function begun(items) {
  let next = items.next();
  return (function* () {
    for (; next.done !== true; next = items.next()) yield next.value;
  })();
}
function* withLatest(past, latest) {
  let isTold = false;
  for (const head of past) {
    if (head.size > latest.size && !isTold) {
      yield latest;
      isTold = true;
    }
    yield head;
  }
  if (!isTold) yield latest;
}
function tellRoot(findings, heads, latest) {
  if (findings.has("entry-changed") || findings.has("verification-ended")) return;
  const place = heads.doubt ?? {};
  findings.wrong("root-wrong", `the entries do not come to the root that ${latest.what} signs`, place);
}
var CHECKED2 = [
  "every entry was hashed and the root derived from them; it is the one the checkpoint signs",
  "every hash tile, whole or partial, holds the hashes of its entries",
  "every checkpoint of the history is signed by the key of its time and stands for the first entries of this log",
  "every entry is canonical JSON; every name it uses is defined in its epoch; times are in order"
];
function unknown2(minimum, keys, { policy, kept }) {
  const limits = ["whether something happened that was never handed to the log"];
  if (keys === "found")
    limits.push("whose keys they are: they lay beside the log; get them from its owner and give them with --key");
  if (policy === void 0 && kept.length === 0)
    limits.push(
      "whether others were shown another log: compare with a checkpoint kept elsewhere (--checkpoint) or ask for witnesses (--policy)"
    );
  if (minimum > 0) limits.push(`what entries 0 to ${minimum - 1} said: they were pruned, only their hashes are left`);
  limits.push("whether the clock of the log's machine was right");
  return limits;
}

// audit/tlog/inclusion-proof.ts
function isIncluded(leaf2, index, size, proof, root) {
  if (!isWithin(index, size) || ![leaf2, root, ...proof].every((hash4) => hash4.length === HASH_BYTES)) return false;
  let at = index;
  let last2 = size - 1;
  let hash3 = leaf2;
  for (const sibling of proof) {
    if (last2 === 0) return false;
    if (at % 2 === 1 || at === last2) {
      hash3 = nodeHash(sibling, hash3);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last2 = Math.floor(last2 / 2);
      }
    } else {
      hash3 = nodeHash(hash3, sibling);
    }
    at = Math.floor(at / 2);
    last2 = Math.floor(last2 / 2);
  }
  return last2 === 0 && hash3.equals(root);
}
function isWithin(index, size) {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

// audit/tlog/tlog-proof.ts
var HEADER = "c2sp.org/tlog-proof@v1";
var MOST_HASHES = 63;
function parseTlogProof(text) {
  const cut = text.indexOf("\n\n");
  const [header, ...lines] = (cut < 0 ? text : text.slice(0, cut)).split("\n");
  if (header !== HEADER || cut < 0) throw new Error(`a proof begins with ${HEADER} and ends with a checkpoint`);
  const extra = lines[0]?.startsWith("extra ") === true ? parseExtra(lines.shift()?.slice(6) ?? "") : void 0;
  const index = /^index (\d+)$/.exec(lines.shift() ?? "")?.[1];
  if (index === void 0) throw new Error("a proof names the index of its entry");
  if (lines.length > MOST_HASHES) throw new Error(`a proof has at most ${MOST_HASHES} hashes`);
  return {
    index: parseDecimal(index),
    hashes: lines.map(parseHash),
    checkpoint: text.slice(cut + 2),
    ...extra === void 0 ? {} : { extra }
  };
}
function parseExtra(text) {
  const extra = strictBase64(text);
  if (extra === void 0) throw new Error("the extra data of a proof is in base64");
  return extra;
}
function proofFault(proof, entry, keys) {
  const note = parseNote(proof.checkpoint);
  const { origin, size, root } = parseCheckpoint(note.text);
  if (!isSignedBy(note, keys)) return `the checkpoint of ${origin} is signed by none of the given keys`;
  const isIn = isIncluded(leafHash(entry), proof.index, size, proof.hashes, root);
  return isIn ? void 0 : "the proof does not lead from this entry to the root of the checkpoint";
}

// audit/verify/verify-proof.ts
function verifyProof(path, text, entry, input) {
  const began = performance.now();
  const findings = new Findings();
  const proof = parsed(() => parseTlogProof(text));
  const head = parsed(() => signedHead(proof.checkpoint, "the checkpoint of the proof"));
  const claimed = entry ?? proof.extra;
  if (claimed === void 0) throw new UnreadableError("the proof carries no entry: give it with --entry");
  const keys = trustedKeys(input);
  if (keys.length === 0) throw new UnreadableError("a proof rests on the key of the log: give it with --key");
  const fault = proofFault(proof, claimed, keys);
  if (fault !== void 0) findings.wrong("proof-wrong", fault, { index: proof.index });
  const signers = keys.filter((key) => head.note.signatures.some(({ id }) => id.equals(key.id)));
  const trust2 = judgeTrust({ ...input, kept: [] }, signers, [head], findings);
  return {
    verdict: findings.isWrong ? "wrong" : "verified",
    kind: "proof",
    path,
    origin: head.origin,
    size: head.size,
    root: head.root.toString("base64"),
    trust: trust2,
    findings: findings.list(),
    counts: findings.counts(),
    proof: { index: proof.index, entry: claimed.toString() },
    checked: ["the checkpoint is signed by a key you gave", "the entry leads to its root by the hashes of the proof"],
    unknown: ["whether the log is complete: a proof is of one entry; verify the ledger for the rest"],
    seconds: (performance.now() - began) / 1e3
  };
}
function parsed(read2) {
  try {
    return read2();
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : "the proof cannot be read");
  }
}

// audit/verify/zip-files.ts
import { closeSync as closeSync3, createReadStream, fstatSync as fstatSync2, openSync as openSync3 } from "node:fs";
import { crc32 as crc322, createInflateRaw } from "node:zlib";

// audit/verify/zip-directory.ts
var END2 = 101010256;
var END_BYTES = 22;
var END64_LOCATOR = 117853008;
var END64_LOCATOR_BYTES = 20;
var END64 = 101075792;
var END64_BYTES = 56;
var CENTRAL = 33639248;
var CENTRAL_BYTES = 46;
var LOCAL = 67324752;
var LOCAL_BYTES = 30;
var ZIP64_EXTRA = 1;
var MOST_DIRECTORY_BYTES = 1 << 20;
var FULL = 4294967295;
var KNOWN_FLAGS = 2056;
var STORED = 0;
var DEFLATED = 8;
function zipDirectory(fd, bytes) {
  const { count, start, length, end } = endRecord(fd, bytes);
  if (length > MOST_DIRECTORY_BYTES || count > MOST_FILES || start + length !== end) throw malformed("its directory");
  const directory = readAt(fd, length, start);
  if (directory.length !== length) throw malformed("its directory");
  const entries = [];
  const names = /* @__PURE__ */ new Set();
  let at = 0;
  let free = 0;
  for (let left = count; left > 0; left--) {
    const { entry, next, header } = centralEntry(directory, at);
    at = next;
    if (names.has(entry.name) || header !== free) throw malformed(entry.name);
    names.add(entry.name);
    const data = header + localBytes(fd, header, entry);
    free = data + entry.packed + descriptorBytes(fd, data + entry.packed, header, entry);
    if (free > start) throw malformed(entry.name);
    entries.push({ ...entry, start: data });
  }
  if (at !== length || free !== start) throw malformed("its directory");
  return entries;
}
function endRecord(fd, bytes) {
  const record = readAt(fd, END_BYTES, Math.max(0, bytes - END_BYTES));
  if (record.length < END_BYTES || record.readUInt32LE(0) !== END2 || record.readUInt16LE(20) !== 0)
    throw new UnreadableError("the file is no zip archive, or not a whole one");
  const end = bytes - END_BYTES;
  const plain = {
    count: record.readUInt16LE(10),
    length: record.readUInt32LE(12),
    start: record.readUInt32LE(16),
    end
  };
  if (plain.count !== 65535 && plain.length !== FULL && plain.start !== FULL) return plain;
  const locatorAt = end - END64_LOCATOR_BYTES;
  const locator = locatorAt < 0 ? Buffer.alloc(0) : readAt(fd, END64_LOCATOR_BYTES, locatorAt);
  if (locator.length < END64_LOCATOR_BYTES || locator.readUInt32LE(0) !== END64_LOCATOR) throw malformed("its end");
  const at = safe(locator.readBigUInt64LE(8));
  const record64 = at + END64_BYTES > locatorAt ? Buffer.alloc(0) : readAt(fd, END64_BYTES, at);
  if (record64.length < END64_BYTES || record64.readUInt32LE(0) !== END64 || at + END64_BYTES !== locatorAt)
    throw malformed("its end");
  return {
    count: safe(record64.readBigUInt64LE(32)),
    length: safe(record64.readBigUInt64LE(40)),
    start: safe(record64.readBigUInt64LE(48)),
    end: at
  };
}
function centralEntry(directory, at) {
  if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw malformed("its directory");
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw malformed("its directory");
  const name = directory.toString("latin1", at + CENTRAL_BYTES, nameEnd);
  const isPlain = (flags & ~KNOWN_FLAGS) === 0 && (method === STORED || method === DEFLATED);
  if (!FILE_NAME.test(name) || !isPlain) throw new UnreadableError(`the archive holds a file that no export has`);
  const fields = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
  const [size = 0, packed2 = 0, header = 0] = widened(fields, directory.subarray(nameEnd, extraEnd));
  if (method === STORED && size !== packed2) throw malformed(name);
  return { entry: { name, method, crc: directory.readUInt32LE(at + 16), size, packed: packed2 }, header, next };
}
function widened(fields, extra) {
  if (!fields.includes(FULL)) return [...fields];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA) continue;
    const values = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let next = 0;
    return fields.map((field) => {
      if (field !== FULL) return field;
      if (next + 8 > values.length) throw malformed("a size");
      next += 8;
      return safe(values.readBigUInt64LE(next - 8));
    });
  }
  throw malformed("a size");
}
function localBytes(fd, at, { name, method }) {
  const header = readAt(fd, LOCAL_BYTES + name.length, at);
  const isSame2 = header.length === LOCAL_BYTES + name.length && header.readUInt32LE(0) === LOCAL && header.readUInt16LE(8) === method && header.readUInt16LE(26) === name.length && header.toString("latin1", LOCAL_BYTES) === name;
  if (!isSame2) throw malformed(name);
  return header.length + header.readUInt16LE(28);
}
function descriptorBytes(fd, at, header, { crc, size, packed: packed2 }) {
  const flags = readAt(fd, 2, header + 6);
  if (flags.length < 2 || (flags.readUInt16LE(0) & 8) === 0) return 0;
  const descriptor = readAt(fd, 24, at);
  const hasMark = descriptor.length >= 16 && descriptor.readUInt32LE(0) === 134695760 && descriptor.readUInt32LE(4) === crc;
  if (!hasMark) throw malformed("what stands behind a file");
  const isShort = descriptor.readUInt32LE(8) === packed2 && descriptor.readUInt32LE(12) === size;
  const isLong = descriptor.length === 24 && descriptor.readBigUInt64LE(8) === BigInt(packed2) && descriptor.readBigUInt64LE(16) === BigInt(size);
  if (isLong) return 24;
  if (isShort) return 16;
  throw malformed("what stands behind a file");
}
function safe(value) {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed("a size");
  return Number(value);
}
function malformed(what) {
  return new UnreadableError(`the archive is malformed at ${what}`);
}

// audit/verify/zip-files.ts
function zipFiles(path) {
  const fd = openSync3(path, "r");
  try {
    const entries = new Map(zipDirectory(fd, fstatSync2(fd).size).map((entry) => [entry.name, entry]));
    return {
      place: path,
      sizes: new Map([...entries.values()].map(({ name, size }) => [name, size])),
      chunks(name) {
        const entry = entries.get(name);
        if (entry === void 0) throw new UnreadableError(`the archive has no ${name}`);
        return checkedChunks(path, entry);
      }
    };
  } finally {
    closeSync3(fd);
  }
}
async function* checkedChunks(path, entry) {
  let size = 0;
  let sum = 0;
  for await (const chunk of entry.method === STORED ? packed(path, entry) : inflated(path, entry)) {
    size += chunk.length;
    if (size > entry.size) throw new UnreadableError(`${entry.name} is longer than the archive announces`);
    sum = crc322(chunk, sum);
    yield chunk;
  }
  if (size !== entry.size || sum !== entry.crc) throw new UnreadableError(`${entry.name} is damaged in the archive`);
}
function packed(path, { start, packed: bytes }) {
  if (bytes === 0) return createEmpty();
  return createReadStream(path, { start, end: start + bytes - 1, highWaterMark: PIECE_BYTES });
}
async function* createEmpty() {
  yield* [];
}
async function* inflated(path, entry) {
  const source = createReadStream(path, { start: entry.start, end: entry.start + Math.max(entry.packed, 1) - 1 });
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  source.on("error", (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const chunk of inflate) yield chunk;
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`${entry.name} is damaged in the archive`, { cause: error });
  } finally {
    source.destroy();
    inflate.destroy();
  }
  if (inflate.bytesWritten !== entry.packed) throw new UnreadableError(`${entry.name} is damaged in the archive`);
}

// audit/verify/verify-command.ts
var MOST_PROOF_BYTES = 1 << 21;
var VERIFY_USAGE = "PATH|ZIP|PROOF [--key VKEY|FILE]… [--policy FILE] [--checkpoint FILE]… [--entry FILE] [--json]";
async function runVerify(words2, output2, defaultPath) {
  try {
    const asked = verifyArguments(words2);
    const path = asked.path ?? defaultPath;
    if (path === void 0) throw new ArgumentError("Name the folder, archive or proof to verify.");
    const report = await verifyPath(path, asked, trustInput(asked), shown(output2.show));
    output2.show?.("");
    output2.out(asked.json ? JSON.stringify(report, void 0, 2) : reportText(report));
    return report.verdict === "verified" ? 0 : 1;
  } catch (error) {
    output2.show?.("");
    const isUsage = error instanceof ArgumentError;
    output2.err(error instanceof Error ? error.message : String(error));
    if (isUsage) output2.err(`usage: ${VERIFY_USAGE}`);
    return isUsage ? 2 : 3;
  }
}
function verifyPath(path, asked, input, progress) {
  const folder = path.length > 1 ? path.replace(/\/+$/, "") : path;
  if (isFolder(folder)) {
    if (isFile(`${folder}/${MANIFEST_FILE}`)) return verifyExport(unpackedFiles(folder), input, progress);
    const audit = isFile(`${folder}/audit/checkpoint`) ? `${folder}/audit` : folder;
    return verifyLedger(ledgerFiles(audit), input, progress);
  }
  if (!isFile(folder)) throw new UnreadableError(`there is nothing at ${path}`);
  if (beginsLikeZip(folder)) return verifyExport(zipFiles(folder), input, progress);
  const bytes = readBounded(folder, MOST_PROOF_BYTES);
  const entry = asked.entry === void 0 ? void 0 : readGiven(asked.entry, 65535);
  return verifyProof(folder, utf8(bytes ?? Buffer.alloc(0)), entry, input);
}
function trustInput({ keys, policy, checkpoints }) {
  return {
    keys: keys.flatMap(keysOf),
    ...policy === void 0 ? {} : { policy: read(policy, () => parsePolicy(readGiven(policy, 1 << 20))) },
    kept: checkpoints.map(
      (path) => read(path, () => signedHead(utf8(readGiven(path, MOST_NOTE_BYTES2)), `the kept checkpoint ${path}`))
    )
  };
}
function keysOf(text) {
  if (!isFile(text)) return [read(text, () => parseVerifierKey(text))];
  const lines = readGiven(text, 1 << 20).toString().split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => read(text, () => parseVerifierKey(line)));
}
function readGiven(path, most) {
  const bytes = readBounded(path, most);
  if (bytes === void 0) throw new ArgumentError(`There is no file ${path}.`);
  return bytes;
}
function read(what, reading) {
  try {
    return reading();
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`${what}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}
function shown(show) {
  const began = performance.now();
  return (done, all) => {
    const rate = Math.round(done / Math.max((performance.now() - began) / 1e3, 1e-3));
    show?.(`verifying ${done} of ${all} entries, ${Math.floor(100 * done / Math.max(all, 1))} %, ${rate} a second`);
  };
}

// audit/verify/verify-alone.ts
var isWatched = process.stderr.isTTY === true;
var output = {
  out: (text) => process.stdout.write(`${text}
`),
  err: (text) => process.stderr.write(`${text}
`),
  ...isWatched ? { show: (line) => process.stderr.write(`\r\x1B[K${line}`) } : {}
};
var beside = import.meta.dirname;
var words = process.argv.slice(2);
if (words.includes("--help"))
  output.out(`usage: node verify.mjs ${VERIFY_USAGE}
exit code: 0 verified, 1 wrong, 2 wrong usage, 3 unreadable`);
else process.exitCode = await runVerify(words, output, beside);
