/**
 * What must happen at once in Redis. An entry is a hash {fingerprint, state, token, lease, outcome}; while its request is
 * under way only the holder of `token` may settle it, and after `lease` (milliseconds of Redis' clock) without a word
 * from it nobody knows what became of the request. A shelf is the index of one owner's settled entries, oldest first,
 * with the bytes of each in its member's name. All keys of an owner lie in one slot of a cluster.
 */

/** KEYS: entry. ARGV: fingerprint, token, life and lease in milliseconds. Returns {kind} or {'done', outcome}. */
export const CLAIM = `
local clock = redis.call('time')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local held = redis.call('hmget', KEYS[1], 'fingerprint', 'state', 'lease', 'outcome')
if not held[1] then
  redis.call('hset', KEYS[1], 'fingerprint', ARGV[1], 'state', 'under-way', 'token', ARGV[2], 'lease', now + ARGV[4])
  redis.call('pexpire', KEYS[1], ARGV[3])
  return {'first'}
end
if held[1] ~= ARGV[1] then return {'other-request'} end
if held[2] == 'done' then return {'done', held[4]} end
if now >= tonumber(held[3]) then return {'lost'} end
return {'under-way'}`;

/** KEYS: entry. Returns 1 while its request is under way and within its lease. */
export const IS_UNDER_WAY = `
local clock = redis.call('time')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local held = redis.call('hmget', KEYS[1], 'state', 'lease')
if held[1] == 'under-way' and now < tonumber(held[2]) then return 1 end
return 0`;

/**
 * KEYS: entry, shelf, bytes of the shelf. ARGV: token, outcome ('' frees the key), bytes, life in milliseconds, most
 * keys, most bytes, what entries' keys begin with, the entry's own part of its key. Of two words only the first counts.
 */
export const SETTLE = `
if redis.call('hget', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('del', KEYS[1])
  return 1
end
redis.call('hset', KEYS[1], 'state', 'done', 'outcome', ARGV[2])
redis.call('hdel', KEYS[1], 'token', 'lease')
redis.call('pexpire', KEYS[1], ARGV[4])
local clock = redis.call('time')
local now = clock[1] * 1000000 + clock[2]
local function forget(member)
  redis.call('zrem', KEYS[2], member)
  redis.call('decrby', KEYS[3], string.match(member, ' (%d+)$'))
end
for _, member in ipairs(redis.call('zrangebyscore', KEYS[2], '-inf', now - ARGV[4] * 1000, 'limit', 0, 1000)) do
  forget(member)
end
redis.call('zadd', KEYS[2], now, ARGV[8] .. ' ' .. ARGV[3])
redis.call('incrby', KEYS[3], ARGV[3])
while redis.call('zcard', KEYS[2]) > tonumber(ARGV[5]) or tonumber(redis.call('get', KEYS[3])) > tonumber(ARGV[6]) do
  local oldest = redis.call('zrange', KEYS[2], 0, 0)[1]
  if not oldest then break end
  forget(oldest)
  redis.call('del', ARGV[7] .. string.match(oldest, '^(%S+)'))
end
redis.call('pexpire', KEYS[2], ARGV[4])
redis.call('pexpire', KEYS[3], ARGV[4])
return 1`;
